/** Records of topic `dags` into rows. Key `dag_id`: the newest version; `dag_id@version`: each; a tombstone removes. */
import type { DagVersion } from '../../../../schemas/generated/records.ts'
import type { DagDefinition } from '../../../core/dag.ts'
import { dagRowProblem } from '../../../core/dag-row.ts'
import { MillraceError } from '../../../core/errors.ts'
import { normalDag } from '../../../core/normal-dag.ts'
import { linksOf } from '../datasets/fold.ts'
import type { DatasetLinkRow } from '../datasets/rows.ts'
import type { DagRow, DagVersionRow, DagVersionTaskRow } from './rows.ts'

export interface DagRecord {
  readonly key: string
  readonly value: DagVersion | null
}

export interface DagChanges {
  readonly dags: readonly DagRow[]
  readonly versions: readonly DagVersionRow[]
  readonly tasks: readonly DagVersionTaskRow[]
  /** Of the newest versions. */
  readonly links: readonly DatasetLinkRow[]
  readonly removedDags: readonly string[]
  readonly removedVersions: readonly { readonly dagId: string; readonly version: string }[]
}

export const foldDagRecords = (records: readonly DagRecord[]): DagChanges => {
  const dags = new Map<string, { readonly row: DagRow; readonly links: readonly DatasetLinkRow[] } | null>()
  const versions = new Map<string, { readonly row: DagVersionRow; readonly tasks: readonly DagVersionTaskRow[] } | null>()
  for (const { key, value } of records) {
    if (value === null) {
      if (key.includes('@')) versions.set(key, null)
      else dags.set(key, null)
      continue
    }
    const definition = definitionOf(value)
    versions.set(`${value.dagId}@${value.version}`, { row: versionRow(value, definition), tasks: taskRows(value, definition) })
    if (key === value.dagId) dags.set(key, { row: dagRow(value, definition), links: linksOf(definition) })
  }
  const kept = [...versions.values()].flatMap((version) => version ?? [])
  return {
    dags: [...dags.values()].flatMap((dag) => dag?.row ?? []),
    links: [...dags.values()].flatMap((dag) => dag?.links ?? []),
    versions: kept.map(({ row }) => row),
    tasks: kept.flatMap(({ tasks }) => tasks),
    removedDags: [...dags].flatMap(([key, dag]) => (dag === null ? key : [])),
    removedVersions: [...versions].flatMap(([key, version]) =>
      version === null ? { dagId: key.slice(0, key.lastIndexOf('@')), version: key.slice(key.lastIndexOf('@') + 1) } : [],
    ),
  }
}

const definitionOf = (value: DagVersion): DagDefinition => {
  const problem = dagRowProblem(value)
  if (problem !== null) throw new MillraceError('bad_dag', `DAG ${value.dagId}: ${problem}`)
  let input: unknown
  try {
    input = JSON.parse(value.definition)
  } catch (cause) {
    throw new MillraceError('bad_dag', `the definition of DAG ${value.dagId} version ${value.version} is no JSON`, { cause })
  }
  const parsed = normalDag(input)
  if (!parsed.ok) throw new MillraceError('bad_dag', `the definition of DAG ${value.dagId} version ${value.version} is wrong: ${parsed.problems[0]?.message}`)
  return parsed.dag
}

const dagRow = (value: DagVersion, definition: DagDefinition): DagRow => ({
  dag_id: value.dagId,
  version: value.version,
  removed: false,
  description: definition.description,
  doc: definition.doc,
  schedule_text: definition.scheduleText,
  timezone: definition.timezone,
  tags: definition.tags,
  owner: definition.owner,
  fileloc: value.fileloc,
  published_by: value.publishedBy,
  published_at: value.publishedAt,
  bundle: value.bundle,
  start_date: definition.startDate,
  end_date: definition.endDate,
  catchup: definition.catchup,
  max_active_runs: definition.maxActiveRuns,
  max_active_tasks: definition.maxActiveTasks,
  dagrun_timeout_ms: definition.dagrunTimeoutMs,
  paused_upon_creation: definition.pausedUponCreation,
  has_task_limits: definition.tasks.some((task) => task.maxActiveTis !== null || task.maxActiveTisPerRun !== null),
  task_count: definition.tasks.length,
  params: JSON.stringify(definition.params),
  datasets: definition.datasets === null ? null : JSON.stringify(definition.datasets),
  dataset_events: definition.datasets === null ? null : JSON.stringify(definition.datasetEvents),
  on_unpause: definition.datasets === null ? null : definition.onUnpause,
})

const versionRow = (value: DagVersion, definition: DagDefinition): DagVersionRow => ({
  dag_id: value.dagId,
  version: value.version,
  definition: JSON.stringify(definition),
  source: value.source,
  fileloc: value.fileloc,
  bundle: value.bundle,
  published_by: value.publishedBy,
  published_at: value.publishedAt,
})

const taskRows = (value: DagVersion, definition: DagDefinition): DagVersionTaskRow[] =>
  definition.tasks.map((task, position) => ({
    dag_id: value.dagId,
    version: value.version,
    task_id: task.taskId,
    position,
    operator: task.operator,
    queue: task.queue,
    pool: task.pool,
    pool_slots: task.poolSlots,
    priority_weight: task.priorityWeight,
    max_tries: task.retries + 1,
  }))
