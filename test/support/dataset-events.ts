/** Dataset events as a column gets them: given in the order of their partitions. */
import type { DatasetEvent } from '../../schemas/generated/records.ts'
import type { Run } from '../../services/core/column-state.ts'
import type { Event, Input } from '../../services/core/events.ts'
import { type ColumnDriver, type TaskSpec, unpaused, work } from './column-driver.ts'

type Given = Partial<DatasetEvent> & { readonly source?: string; readonly number?: number; readonly partition?: number }

export interface Topic {
  /** An event of this dataset, at the end of its partition. */
  event(uri: string, given?: Given): Extract<Input, { kind: 'dataset_event' }>
  readonly positions: number[]
}

export const makeTopic = (partitions = 2): Topic => {
  const positions = Array.from({ length: partitions }, () => 0)
  return {
    positions,
    event(uri, { source, number, partition = uri.length % partitions, ...over } = {}) {
      const offset = positions[partition] ?? 0
      positions[partition] = offset + 1
      const from = { sourceDagId: null, sourceRunId: null, sourceTaskId: null, sourceMapIndex: null, producer: null }
      const event = { uri, id: `dataset-events/${partition}/${offset}`, at: 1_700_000_000_000, extra: '{}', ...from, ...over }
      return { kind: 'dataset_event', event, partition, offset, source: source ?? null, number: number ?? null }
    },
  }
}

/** A driver with a DAG that waits for datasets, unpaused, whose one task takes as long as the test wants. */
export const consumer = (schedule: unknown, more: object = {}, tasks: readonly TaskSpec[] = [work('t')]): ColumnDriver & { readonly topic: Topic } =>
  Object.assign(unpaused({ dagId: 'c', schedule: typeof schedule === 'string' ? { uri: schedule } : schedule, tasks, ...more }), { topic: makeTopic() })

/** Gives events of these datasets, one after the other. */
export const arrive = (d: ColumnDriver & { readonly topic: Topic }, ...uris: readonly string[]): readonly Event[] =>
  uris.flatMap((uri) => d.give(d.topic.event(uri)))

export const runsOf = (d: ColumnDriver, dagId = 'c'): readonly Run[] => [...d.dag(dagId).runs.values()]

/** What each run took, as `uri@place`. */
export const takenBy = (d: ColumnDriver, dagId = 'c'): readonly (readonly string[])[] =>
  runsOf(d, dagId).map((run) => run.datasetEvents.map(({ uri, id }) => `${uri}@${id.replace('dataset-events/', '')}`))
