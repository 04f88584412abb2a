/** What a record of an input topic asks of the column: a decoded input, or why it is somebody else's or nobody's. */
import type { Command, Report } from '../../schemas/generated/records.ts'
import { columnOf } from '../core/column.ts'
import { checkCommandNames, checkCommandSize } from '../core/command-limits.ts'
import { ensureError, MillraceError } from '../core/errors.ts'
import type { Input } from '../core/events.ts'
import type { Codec } from '../platform/bus/codec-port.ts'
import type { Positions } from '../platform/bus/journal.ts'
import type { Incoming } from '../platform/bus/port.ts'

export const inputNames = ['commands', 'reports'] as const
export type InputName = (typeof inputNames)[number]

export type ReadInput =
  | { readonly kind: 'input'; readonly input: Input }
  /** It lies in the wrong column (a foreign client's partitioner): it is sent on with the same id. */
  | { readonly kind: 'elsewhere'; readonly column: number; readonly dagId: string }
  | { readonly kind: 'unreadable'; readonly error: Error }

export const readInput = (codec: Codec, name: InputName, record: Incoming, columns: number): ReadInput => {
  try {
    if (record.value === null) throw new MillraceError('undecodable', `a ${name === 'commands' ? 'command' : 'report'} without a value`)
    if (name === 'commands') checkCommandSize(record.value.length)
    const value = name === 'commands' ? codec.decode('Command', record.value) : codec.decode('Report', record.value)
    if (name === 'commands') checkCommandNames(value as Command)
    const column = columnOf(value.dagId, columns)
    if (column !== record.partition) return { kind: 'elsewhere', column, dagId: value.dagId }
    return { kind: 'input', input: name === 'commands' ? commandInput(value as Command, record) : { kind: 'report', report: value as Report } }
  } catch (thrown) {
    return { kind: 'unreadable', error: ensureError(thrown) }
  }
}

const commandInput = (command: Command, record: Incoming): Input => ({ kind: 'command', command, cause: { column: record.partition, offset: record.offset } })

/** Name of a partition of dataset-events among the positions of a column (PROTOCOL: it reads all of them). */
export const datasetInput = (partition: number): string => `${datasetPrefix}${partition}`
const datasetPrefix = 'dataset-events/'

export const isDatasetInput = (name: string): boolean => name.startsWith(datasetPrefix)

/** Where the column stands on each partition of dataset-events; empty: it does not read them. */
export const datasetPositions = (positions: Positions): readonly number[] => {
  const offsets: number[] = []
  for (const [name, offset] of Object.entries(positions)) if (isDatasetInput(name)) offsets[Number(name.slice(datasetPrefix.length))] = offset
  return offsets
}
