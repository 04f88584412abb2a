/**
 * Any program's definition of a DAG -> a whole one, or what is wrong with it. Takes what the SDK serialises, what `compactDag` made, and what others
 * publish by hand: defaults may be left out, a schedule may be text (`'@daily'`, `'0 9 * * *'`, `'10m'`), a date ISO text, a duration `'3m'`,
 * and `defaultArgs` holds fields for all tasks. Pure.
 */
import type { DagDefinition, DatasetEventsMode, GroupDefinition, JsonObject, TaskDefinition } from './dag.ts'
import { urisOf } from './dataset-condition.ts'
import { compactDag } from './normal-compact.ts'
import { defaultEvents, eventsProblem, normalCondition, normalEvents } from './normal-datasets.ts'
import { checkGroups, normalGroups, withGroupSources } from './normal-groups.ts'
import { normalInstant } from './normal-instant.ts'
import { deepFreeze, jsonProblem } from './normal-json.ts'
import { defaultKeptRuns, type Kind, kinds, oneOf, orNull, shown } from './normal-kinds.ts'
import { idProblem } from './normal-names.ts'
import { topologicalOrder } from './normal-order.ts'
import { checkParams } from './normal-params.ts'
import { type FieldReader, isRecord, type JsonRecord, makeFieldReader, makeProblems, type Problem, type Problems } from './normal-problems.ts'
import { type NormalSchedule, normalSchedule, scheduleText } from './normal-schedule.ts'
import { checkUpstreams, defaultArgNames, normalTask, withTwins } from './normal-task.ts'
import { defaultOwner } from './normal-task-fields.ts'
import { checkTeardowns } from './normal-teardown.ts'
import { checkZone } from './schedule/check.ts'
import { normalWatch, type Watch } from './watch.ts'

export type NormalDag = { readonly ok: true; readonly dag: DagDefinition } | { readonly ok: false; readonly problems: readonly Problem[] }

/** Of the compact definition as JSON: it has to fit one record, beside the file's text. */
export const maxDefinitionBytes = 700_000

const dagFields = [
  ...['dagId', 'description', 'doc', 'tags', 'owner', 'schedule', 'scheduleText', 'dataIntervals', 'timezone', 'startDate', 'endDate', 'catchup'],
  ...['maxActiveRuns', 'maxActiveTasks', 'dagrunTimeoutMs', 'pausedUponCreation', 'params', 'tasks', 'groups', 'defaultArgs'],
  ...['maxConsecutiveFailedRuns', 'failFast', 'datasets', 'datasetEvents', 'events', 'onUnpause', 'keepRuns', 'watches'],
]

export const normalDag = (json: unknown): NormalDag => {
  const problems = makeProblems()
  const dag = read(json, problems)
  if (dag !== null && problems.found.length === 0) {
    const bytes = new TextEncoder().encode(JSON.stringify(compactDag(dag))).length
    if (bytes <= maxDefinitionBytes) return { ok: true, dag: deepFreeze(dag) }
    problems.add(
      '',
      `the definition is ${Math.ceil(bytes / 1000)} kB of JSON, at most ${maxDefinitionBytes / 1000} kB are allowed: shorten long arguments and docs, or cut the DAG in two`,
    )
  }
  return { ok: false, problems: problems.found }
}

/**
 * A definition that passed `normalDag` once and stands in the journal: read without judging it again, so that a rule that became stricter (or a field
 * that an older release does not know) makes no history impossible. What this release cannot read falls back to its default. Null: no DAG at all.
 */
export const adoptedDag = (json: unknown): DagDefinition | null => {
  const dag = read(json, makeProblems())
  return dag === null ? null : deepFreeze(dag)
}

/** All problems as one text, the way an import error shows it. */
export const problemText = (problems: readonly Problem[]): string =>
  problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n')

const read = (json: unknown, problems: Problems): DagDefinition | null => {
  if (!isRecord(json)) {
    problems.add('', `a DAG must be an object with dagId and tasks, not ${shown(json)}`)
    return null
  }
  const unsafe = jsonProblem(json)
  if (unsafe !== null) {
    problems.add(unsafe.path, unsafe.message)
    return null
  }
  const given = withTwins(json, '', problems, null)
  const fields = makeFieldReader(given, '', dagFields, problems)
  const problem = idProblem(given.dagId)
  if (problem !== null) problems.add('dagId', problem)
  const timezone = readZone(fields)
  const { schedule, datasets, text } = readSchedule(given, fields, timezone)
  const datasetEvents = readEvents(given, fields, datasets)
  const startDate = readDate('startDate', given, fields, timezone)
  const endDate = readDate('endDate', given, fields, timezone)
  const catchup = fields.read('catchup', kinds.flag, false)
  if (catchup && startDate === null) fields.problem('catchup', 'needs a startDate: from when on shall missed runs be made?')
  if (startDate !== null && endDate !== null && endDate < startDate) fields.problem('endDate', 'lies before startDate: the DAG would never run')
  const maxActiveRuns = fields.read('maxActiveRuns', kinds.positive, schedule.kind === 'continuous' ? 1 : 16)
  if (schedule.kind === 'continuous' && maxActiveRuns !== 1)
    fields.problem('maxActiveRuns', "must be 1 with schedule '@continuous': its runs follow one another")
  const groups = normalGroups(given.groups, problems)
  const tasks = readTasks(given, groups, fields, problems)
  const failFast = fields.read('failFast', kinds.flag, false)
  if (failFast) checkFailFast(tasks, problems)
  const params = fields.read<JsonObject>('params', kinds.object, {})
  checkParams(params, schedule.kind !== 'none' || datasets !== null, problems)
  const text_ = (name: string): string | null => fields.read<string | null>(name, orNull(kinds.text), null)
  return {
    dagId: problem === null ? String(given.dagId) : '',
    description: text_('description'),
    doc: text_('doc'),
    tags: fields.read('tags', kinds.texts, []),
    owner: fields.read('owner', kinds.text, defaultOwner),
    schedule,
    datasets,
    datasetEvents,
    onUnpause: fields.read('onUnpause', oneOf('skip', 'consume'), 'skip'),
    watches: readWatches(fields, datasets),
    scheduleText: fields.read('scheduleText', orNull(kinds.text), text),
    timezone,
    startDate,
    endDate,
    catchup,
    maxActiveRuns,
    maxActiveTasks: fields.read('maxActiveTasks', kinds.positive, 16),
    dagrunTimeoutMs: fields.read<number | null>('dagrunTimeoutMs', orNull(kinds.timeoutMs), null),
    pausedUponCreation: fields.read('pausedUponCreation', kinds.flag, true),
    maxConsecutiveFailedRuns: fields.read('maxConsecutiveFailedRuns', kinds.count, 0),
    failFast,
    keepRuns: fields.read<number | string>('keepRuns', kinds.keepRuns, defaultKeptRuns),
    params,
    tasks,
    groups,
  }
}

const readZone = (fields: FieldReader): string => {
  const zone = fields.read('timezone', kinds.nonEmpty, 'UTC')
  const problem = checkZone(zone)
  if (problem === null) return zone
  fields.problem('timezone', problem)
  return 'UTC'
}

const readSchedule = (given: JsonRecord, fields: FieldReader, zone: string): NormalSchedule => {
  const found = normalSchedule(given.schedule, fields.read('dataIntervals', kinds.flag, true), zone)
  if (typeof found === 'string') {
    fields.problem('schedule', found)
    return { schedule: { kind: 'none' }, datasets: null, text: null }
  }
  if (given.datasets === undefined || given.datasets === null) return found
  if (found.datasets !== null) fields.problem('datasets', 'stand in the schedule, too: leave them out of one of the two')
  const datasets = normalCondition(given.datasets)
  if (typeof datasets !== 'string') return { ...found, datasets, text: scheduleText(found.text, datasets) }
  fields.problem('datasets', datasets)
  return found
}

const readEvents = (given: JsonRecord, fields: FieldReader, datasets: DagDefinition['datasets']): DatasetEventsMode => {
  const name = given.datasetEvents === undefined ? 'events' : 'datasetEvents'
  const events = normalEvents(given[name])
  const problem = typeof events === 'string' ? events : eventsProblem(datasets, events)
  if (problem !== null) fields.problem(name, problem)
  return typeof events === 'string' ? defaultEvents : events
}

const readWatches = (fields: FieldReader, datasets: DagDefinition['datasets']): readonly Watch[] => {
  const waited = new Set(datasets === null ? [] : urisOf(datasets))
  const watches: Watch[] = []
  for (const [index, item] of fields.read<readonly unknown[]>('watches', list, []).entries()) {
    const watch = normalWatch(item)
    if ('says' in watch) fields.problem(`watches[${index}]${watch.at}`, watch.says)
    else if (!waited.has(watch.uri))
      fields.problem(`watches[${index}].uri`, `dataset ${watch.uri} is none that the DAG waits for: name it in datasets, or leave the watch out`)
    else if (watches.some(({ uri }) => uri === watch.uri))
      fields.problem(`watches[${index}].uri`, `dataset ${watch.uri} is watched twice: give each watch a dataset of its own`)
    else watches.push(watch)
  }
  return watches
}

const readDate = (name: 'startDate' | 'endDate', given: JsonRecord, fields: FieldReader, zone: string): number | null => {
  const value = given[name]
  if (value === undefined || value === null) return null
  const instant = normalInstant(value, zone)
  if (typeof instant === 'number') return instant
  fields.problem(name, instant)
  return null
}

const list: Kind = { says: 'a list', holds: Array.isArray }

const readTasks = (given: JsonRecord, groups: readonly GroupDefinition[], fields: FieldReader, problems: Problems): readonly TaskDefinition[] => {
  const defaults = fields.read<JsonRecord>('defaultArgs', kinds.object, {})
  makeFieldReader(defaults, 'defaultArgs', defaultArgNames, problems)
  if (given.tasks === undefined) fields.problem('tasks', 'is missing: a DAG has at least one task')
  const listed = fields.read<readonly unknown[]>('tasks', list, [])
  const byId = new Map<string, TaskDefinition>()
  for (const [index, item] of listed.entries()) {
    const task = normalTask(item, index, defaults, problems)
    if (task === null) continue
    if (byId.has(task.taskId)) problems.add(`tasks[${index}].taskId`, `there are two tasks with the id '${task.taskId}': give each its own`, task.taskId)
    else byId.set(task.taskId, task)
  }
  const taskIds = new Set(byId.keys())
  for (const task of byId.values()) checkUpstreams(task, taskIds, problems)
  checkGroups(byId, groups, problems)
  checkTeardowns(byId, problems)
  const { tasks, cycle } = topologicalOrder(withGroupSources([...byId.values()], groups))
  if (cycle !== null)
    problems.add(
      `tasks.${cycle[0]}.upstream`,
      `the tasks wait for each other in a circle: ${cycle.join(' -> ')}. Take one of these arrows away`,
      cycle[0] ?? null,
    )
  return tasks
}

/** As in Airflow: a rule that waits for failures contradicts it. */
const checkFailFast = (tasks: readonly TaskDefinition[], problems: Problems): void => {
  for (const { taskId, triggerRule } of tasks)
    if (triggerRule !== 'all_success' && triggerRule !== 'all_done_setup_success')
      problems.add(`tasks.${taskId}.triggerRule`, `must be all_success in a DAG with failFast, not '${triggerRule}'`, taskId)
}
