/** Inputs that are gone before the column decided about them (PROTOCOL: a position outside first..last is never reset silently). */
import type { Positions } from '../platform/bus/journal.ts'
import { type InputName, inputNames } from './inputs.ts'

export interface InputEnd {
  readonly low: number
  readonly high: number
}
export type InputEnds = Readonly<Record<InputName, InputEnd>>

export interface LostInput {
  readonly input: InputName
  /** First offset that is gone. */
  readonly from: number
  /** Where the column could go on. */
  readonly to: number
}

export const lostInputs = (positions: Positions, ends: InputEnds): readonly LostInput[] =>
  inputNames.flatMap((input) => {
    const from = positions[input]
    const { low, high } = ends[input]
    // A position behind the end is one of a topic that was cut or made anew: all that stands there now is news.
    return from === undefined || (low <= from && from <= high) ? [] : [{ input, from, to: low }]
  })

export const lostWords = (column: number, topic: string, { from }: LostInput, { low, high }: InputEnd): string =>
  `${topic}/${column} holds offsets ${low} to ${high}, but the column stands at ${from}: ${from < low ? `records ${from} to ${low - 1} are gone` : 'the topic was cut or made anew'}. Restore the topic from a backup, or give up what is lost with \`millrace repair --column ${column}\``
