/**
 * Dataset events on their way into one column. It reads them from when its first DAG waits for a dataset, which begins at the topic's end: that has to be
 * asked for, and until then such DAGs are held back (PROTOCOL "Datasets").
 */
import { ensureError } from '../core/errors.ts'
import type { Input } from '../core/events.ts'
import type { Incoming } from '../platform/bus/port.ts'
import { makeDeadLetter } from '../platform/dead-letters.ts'
import type { ColumnOwnerOptions } from './column-owner.ts'
import { datasetInput } from './inputs.ts'
import type { WorkingColumn } from './working-column.ts'

export interface DatasetIntake {
  /** Goes on from where the column stands. */
  join(from: readonly number[]): void
  /** Whether the input has to wait; it is given again when its time has come. */
  holds(input: Input, working: WorkingColumn): boolean
  stop(): void
}

interface Column {
  /** Null: it is not owned. */
  readonly working: () => WorkingColumn | null
  readonly onPushed: () => void
  /** Gives the column what the table says of a DAG. */
  readonly give: (dagId: string) => void
  readonly onFailed: (why: string) => void
}

type Options = Pick<ColumnOwnerOptions, 'platform' | 'column' | 'datasets' | 'poison'>

export const makeDatasetIntake = ({ platform, column, datasets, poison }: Options, { working, onPushed, give, onFailed }: Column): DatasetIntake => {
  /** DAGs that wait for it to be known from where the column reads; null: nobody asked. */
  let held: Set<string> | null = null
  let isOver = false

  const onRecord = (record: Incoming, input: Input | null): void => {
    const name = datasetInput(record.partition)
    const owned = working()
    if (!owned?.accepts(name, record.offset)) return
    const error = poison.get(`${name}/${record.offset}`)
    if (error)
      platform.bus
        .send([makeDeadLetter(platform, record, 'scheduler', error)])
        .catch((thrown) => onFailed(`a dead letter could not be sent: ${ensureError(thrown).message}`))
    owned.push({ input: error ? null : input, moves: { name, next: record.offset + 1 } })
    onPushed()
  }

  const begin = async (): Promise<void> => {
    const ends = await datasets.joinAtEnd(column, onRecord)
    if (isOver) return datasets.leave(column)
    working()?.readDatasetsFrom(ends)
    const dagIds = held ?? []
    held = null
    for (const dagId of dagIds) give(dagId)
  }

  return {
    join: (from) => datasets.join(column, from, onRecord),
    holds(input, owned) {
      if (input.kind !== 'dag' || !input.dag?.definition.datasets || owned.readsDatasets()) return false
      if (held) held.add(input.dagId)
      else {
        held = new Set([input.dagId])
        begin().catch((thrown) => onFailed(`where dataset events end could not be asked: ${ensureError(thrown).message}`))
      }
      return true
    },
    stop() {
      isOver = true
      datasets.leave(column)
    },
  }
}
