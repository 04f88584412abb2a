/** Short names for the shapes of the API that components speak of; generated/openapi.ts is made from schemas/http/openapi.json. */
import type { components } from './generated/openapi.ts'

type Schemas = components['schemas']

export type Dag = Schemas['DAGResponse']
export type DagDetails = Schemas['DAGDetailsResponse']
export type DagRow = Schemas['DagRow']
export type DagRows = Schemas['DagRows']
export type RunBarData = Schemas['RunBar']
export type DagRun = Schemas['DAGRunResponse']
export type DagRuns = Schemas['DAGRunCollectionResponse']
export type Grid = Schemas['Grid']
export type GridRun = Schemas['GridRun']
export type Structure = Schemas['Structure']
/** Without the two fields of Airflow that are always null here. */
export type TaskInstance = Omit<Schemas['TaskInstanceResponse'], 'trigger' | 'triggerer_job'>
export type TaskInstances = Omit<Schemas['TaskInstanceCollectionResponse'], 'task_instances'> & { task_instances: TaskInstance[] }
export type TaskTry = Schemas['TaskInstanceHistoryResponse']
export type ImportError = Schemas['ImportErrorResponse']
export type LogLine = Schemas['LogLines']['lines'][number]
export type LiveTask = Schemas['LiveTask']
export type LiveRun = Schemas['LiveRun']
export type LiveDag = Schemas['LiveDag']
export type RunState = DagRun['state']
export type RunType = DagRun['run_type']
