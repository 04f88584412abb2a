import type { DagDefinition, Json, JsonObject, TaskDefinition } from './dag.ts'
import { defaultEvents } from './normal-datasets.ts'
import { defaultKeptRuns } from './normal-kinds.ts'
import { alwaysNeedsCode, templateFieldsOf } from './normal-operators.ts'
import { defaultOwner, taskFieldNames, taskFields } from './normal-task-fields.ts'

type Loose = Record<string, unknown>

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** The DAG without what `normalDag` fills in again: `normalDag(compactDag(dag)).dag` equals `dag`. What most tasks say alike stands once, in `defaultArgs`. */
export const compactDag = (dag: DagDefinition): JsonObject => {
  const common = commonValues(dag.tasks)
  const compact: Loose = { dagId: dag.dagId }
  const defaults: Loose = {
    ...{
      description: null,
      doc: null,
      tags: [],
      owner: defaultOwner,
      schedule: { kind: 'none' },
      datasets: null,
      datasetEvents: defaultEvents,
      onUnpause: 'skip',
      watches: [],
      timezone: 'UTC',
      startDate: null,
      endDate: null,
      catchup: false,
    },
    ...{
      maxActiveRuns: dag.schedule.kind === 'continuous' ? 1 : 16,
      maxActiveTasks: 16,
      dagrunTimeoutMs: null,
      pausedUponCreation: true,
      maxConsecutiveFailedRuns: 0,
      failFast: false,
      keepRuns: defaultKeptRuns,
      params: {},
    },
  }
  for (const [name, otherwise] of Object.entries(defaults)) {
    const value: unknown = dag[name as keyof DagDefinition]
    if (!same(value, otherwise)) compact[name] = value
  }
  if (dag.groups.length > 0) compact.groups = dag.groups.map((group) => Object.fromEntries(Object.entries(group).filter(([, value]) => value !== null)))
  // The text of a schedule in its normal form may differ from what its author wrote.
  if (dag.scheduleText !== null || dag.schedule.kind !== 'none' || dag.datasets !== null) compact.scheduleText = dag.scheduleText
  if (Object.keys(common).length > 0) compact.defaultArgs = common
  compact.tasks = dag.tasks.map((task) => compactTask(task, common))
  return compact as JsonObject
}

const compactTask = (task: TaskDefinition, common: Loose): Json => {
  const compact: Loose = { taskId: task.taskId, operator: task.operator }
  const byInput = new Set(Object.values(task.inputs))
  // normalDag puts the inputs behind the other upstreams: leaving them out must not change the order.
  const rest = task.upstream.filter((upstream) => !byInput.has(upstream))
  const upstream = same([...rest, ...byInput], task.upstream) ? rest : task.upstream
  if (upstream.length > 0) compact.upstream = upstream
  if (Object.keys(task.args).length > 0) compact.args = task.args
  if (byInput.size > 0) compact.inputs = task.inputs
  if (!same(task.templateFields, templateFieldsOf(task.operator))) compact.templateFields = task.templateFields
  if (task.needsCode !== alwaysNeedsCode(task.operator)) compact.needsCode = task.needsCode
  if (task.map !== null) compact.map = task.map
  if (task.teardown !== null) compact.teardown = task.teardown
  for (const name of taskFieldNames) if (!same(task[name], Object.hasOwn(common, name) ? common[name] : taskFields[name].otherwise)) compact[name] = task[name]
  return compact as Json
}

/** For each field the value that more than half of the tasks have, where it is not the default. */
const commonValues = (tasks: readonly TaskDefinition[]): Loose => {
  const common: Loose = {}
  for (const name of taskFieldNames) {
    const counts = new Map<string, number>()
    for (const task of tasks) {
      const text = JSON.stringify(task[name])
      counts.set(text, (counts.get(text) ?? 0) + 1)
    }
    for (const [text, count] of counts) if (count * 2 > tasks.length && text !== JSON.stringify(taskFields[name].otherwise)) common[name] = JSON.parse(text)
  }
  return common
}
