/** Dataset events, what runs took of them, and where DAGs stand, into rows. */
import type { DatasetEvent, RunEvent } from '../../../../schemas/generated/records.ts'
import type { DagDefinition } from '../../../core/dag.ts'
import { urisOf } from '../../../core/dataset-condition.ts'
import type { CursorRow, DatasetEventRow, DatasetLinkRow, DatasetRunRow } from './rows.ts'

export interface PlacedDatasetEvent {
  readonly event: DatasetEvent
  readonly partition: number
  readonly offset: number
}

/** Each event once: the first that was sent. */
export const foldDatasetEvents = (events: readonly PlacedDatasetEvent[]): readonly DatasetEventRow[] => {
  const rows = new Map<string, DatasetEventRow>()
  for (const { event, partition, offset } of events) {
    const { uri, id, at, extra, sourceDagId, sourceRunId, sourceTaskId, sourceMapIndex, producer } = event
    const key = `${uri}\n${id}`
    if (rows.has(key)) continue
    const source = { source_dag_id: sourceDagId, source_run_id: sourceRunId, source_task_id: sourceTaskId, source_map_index: sourceMapIndex }
    rows.set(key, { uri, event_id: id, partition, record_offset: offset, at, extra, ...source, producer })
  }
  return [...rows.values()]
}

export const linksOf = ({ dagId, datasets, tasks }: DagDefinition): readonly DatasetLinkRow[] => [
  ...(datasets === null ? [] : urisOf(datasets)).map((uri) => ({ dag_id: dagId, uri, kind: 'schedule', task_id: '' }) as const),
  ...tasks.flatMap(({ taskId, outlets, inlets }) => [
    ...[...new Set(outlets)].map((uri) => ({ dag_id: dagId, uri, kind: 'outlet', task_id: taskId }) as const),
    ...[...new Set(inlets)].map((uri) => ({ dag_id: dagId, uri, kind: 'inlet', task_id: taskId }) as const),
  ]),
]

export const foldDatasetRuns = (events: readonly RunEvent[]): readonly DatasetRunRow[] => {
  const rows = new Map<string, DatasetRunRow>()
  for (const { dagId, runId, datasetEvents } of events)
    if (runId !== null)
      for (const { uri, id } of datasetEvents) rows.set(`${dagId}/${runId}\n${uri}\n${id}`, { dag_id: dagId, run_id: runId, uri, event_id: id })
  return [...rows.values()]
}

export interface CursorChanges {
  /** The DAG does not wait for these any more (or did not in between). */
  readonly gone: readonly Pick<CursorRow, 'dag_id' | 'uri'>[]
  /** It stands there at least, and does from here on if it did not wait before. */
  readonly set: readonly CursorRow[]
  /** It stands there at least, if it waits for the dataset. */
  readonly raised: readonly CursorRow[]
}

interface Standing {
  readonly dag_id: string
  readonly uri: string
  isGone: boolean
  isSet: boolean
  readonly offsets: number[]
}

/** What events of DAGs and runs, in their order, make of the cursors. A cursor never goes back: events may be told again. */
export const foldCursors = (events: readonly RunEvent[]): CursorChanges => {
  const standings = new Map<string, Standing>()
  const standing = (dag_id: string, uri: string): Standing => {
    const key = `${dag_id}\n${uri}`
    const known = standings.get(key) ?? { dag_id, uri, isGone: false, isSet: false, offsets: [] }
    standings.set(key, known)
    return known
  }
  const raise = ({ offsets }: Standing, partition: number, next: number): void => {
    offsets[partition] = Math.max(offsets[partition] ?? 0, next)
  }
  for (const { dagId, cursors, datasetEvents } of events) {
    for (const { uri, partition, offset } of datasetEvents) raise(standing(dagId, uri), partition, offset + 1)
    if (cursors === null) continue
    for (const [uri, offsets] of Object.entries(JSON.parse(cursors) as Record<string, readonly (number | null)[] | null>)) {
      const it = standing(dagId, uri)
      it.isSet = offsets !== null
      if (offsets === null) {
        it.isGone = true
        it.offsets.length = 0
      } else for (const [partition, offset] of offsets.entries()) raise(it, partition, offset ?? 0)
    }
  }
  const all = [...standings.values()]
  const rows = (of: readonly Standing[]): CursorRow[] =>
    of.flatMap(({ dag_id, uri, offsets }) => offsets.flatMap((next_offset, partition) => ({ dag_id, uri, partition, next_offset })))
  return {
    gone: all.filter(({ isGone }) => isGone).map(({ dag_id, uri }) => ({ dag_id, uri })),
    set: rows(all.filter(({ isSet }) => isSet)),
    raised: rows(all.filter(({ isSet }) => !isSet)),
  }
}
