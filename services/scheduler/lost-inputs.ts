/** Inputs that are gone before the column decided about them (PROTOCOL: a position outside first..last is never reset silently). */
import type { Positions } from '../platform/bus/journal.ts'
import type { TopicState } from '../platform/bus/port.ts'
import { datasetInput, type InputName, inputNames, isDatasetInput } from './inputs.ts'

export interface InputEnd {
  readonly low: number
  readonly high: number
}
/** Beside the column's own inputs, `dataset-events/<partition>` where it reads those. */
export type InputEnds = Readonly<Record<InputName, InputEnd>> & Readonly<Record<string, InputEnd>>

export interface LostInput {
  readonly input: string
  /** First offset that is gone. */
  readonly from: number
  /** Where the column could go on. */
  readonly to: number
}

/** Ends of topic dataset-events by the names of its inputs. */
export const datasetEnds = (state: TopicState | null): Readonly<Record<string, InputEnd>> =>
  Object.fromEntries((state?.partitions ?? []).map(({ partition, low, high }) => [datasetInput(partition), { low, high }]))

const nothing: InputEnd = { low: 0, high: 0 }

export const lostInputs = (positions: Positions, ends: InputEnds): readonly LostInput[] =>
  [...inputNames, ...Object.keys(positions).filter(isDatasetInput)].flatMap((input) => {
    const from = positions[input]
    const { low, high } = ends[input] ?? nothing
    // A position behind the end is one of a topic that was cut or made anew: all that stands there now is news.
    return from === undefined || (low <= from && from <= high) ? [] : [{ input, from, to: low }]
  })

/** `place`: the topic and partition, as a person finds them. */
export const lostWords = (column: number, place: string, { from }: LostInput, { low, high }: InputEnd): string =>
  `${place} holds offsets ${low} to ${high}, but the column stands at ${from}: ${from < low ? `records ${from} to ${low - 1} are gone` : 'the topic was cut or made anew'}. Restore the topic from a backup, or give up what is lost with \`millrace repair --column ${column}\``
