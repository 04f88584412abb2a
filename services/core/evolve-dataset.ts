/** Events of datasets into the column's state. */
import type { Column, Dag } from './column-state.ts'
import type { DatasetCondition } from './dag.ts'
import { arrive, oldestOf, waitFor } from './dataset-arrivals.ts'
import { urisOf } from './dataset-condition.ts'
import type { EventOf } from './events.ts'

/** The DAG waits for the datasets of this condition, new ones from `positions` on. */
export const consume = (column: Column, dag: Dag, condition: DatasetCondition | null, positions: readonly number[]): void => {
  const uris = new Set(condition === null ? [] : urisOf(condition))
  for (const uri of dag.arrivals.cursors.keys()) if (!uris.has(uri)) removeConsumer(column, dag, uri)
  waitFor(dag.arrivals, uris, positions)
  for (const uri of uris) addConsumer(column, dag, uri)
  // What waited before may be enough for the new condition, or its window is another one.
  setWindowTimer(column, dag)
}

export const addConsumer = ({ consumers }: Column, dag: Dag, uri: string): void => {
  const dags = consumers.get(uri) ?? new Set()
  consumers.set(uri, dags.add(dag))
}

const removeConsumer = ({ consumers }: Column, dag: Dag, uri: string): void => {
  const dags = consumers.get(uri)
  dags?.delete(dag)
  if (dags?.size === 0) consumers.delete(uri)
}

export const takeIn = (column: Column, dag: Dag, event: EventOf<'DatasetEventArrived'>): void => {
  const opens = dag.arrivals.waits === 0
  arrive(dag.arrivals, event)
  if (opens) setWindowTimer(column, dag)
}

/** With a time window the DAG is looked at when that closes. */
export const setWindowTimer = (column: Column, dag: Dag): void => {
  const mode = dag.versions.get(dag.version)?.definition.datasetEvents
  const oldest = mode && 'withinMs' in mode ? oldestOf(dag.arrivals) : null
  if (oldest && mode && 'withinMs' in mode) column.timers.push({ at: oldest.arrivedAt + mode.withinMs, dagId: dag.dagId, runId: '', key: '' })
}
