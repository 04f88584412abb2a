import type { JsonObject, TaskDefinition } from './dag.ts'
import { durationMs } from './normal-duration.ts'
import { kinds, shown } from './normal-kinds.ts'
import { isMapProblem, mapTasks, normalMap } from './normal-map.ts'
import { didYouMean, idProblem } from './normal-names.ts'
import { alwaysNeedsCode, operatorTemplateFields, requiredArgs, templateFieldsOf } from './normal-operators.ts'
import { type FieldReader, isRecord, type JsonRecord, makeFieldReader, type Problems } from './normal-problems.ts'
import { durationTwins, taskFieldNames, taskFields } from './normal-task-fields.ts'
import { normalTeardown } from './normal-teardown.ts'

const taskTwins = Object.keys(durationTwins).filter((name) => name !== 'dagrunTimeout')
const ownFields = ['taskId', 'operator', 'upstream', 'args', 'templateFields', 'inputs', 'needsCode', 'map', 'teardown']
const allFields = [...ownFields, ...taskFieldNames, ...taskTwins]

/** The fields that may stand in a DAG's `defaultArgs`. */
export const defaultArgNames = [...taskFieldNames, ...taskTwins]

/** One task with its defaults filled in; null when it has no id to speak of. Its upstreams are checked by the DAG. */
export const normalTask = (given: unknown, index: number, defaults: JsonRecord, problems: Problems): TaskDefinition | null => {
  const place = `tasks[${index}]`
  if (!isRecord(given)) {
    problems.add(place, `must be an object with taskId and operator, not ${shown(given)}`)
    return null
  }
  const problem = idProblem(given.taskId)
  if (problem !== null) {
    problems.add(`${place}.taskId`, problem)
    return null
  }
  const taskId = String(given.taskId)
  const path = `tasks.${taskId}`
  const fields = makeFieldReader(withTwins({ ...defaults, ...given }, path, problems, taskId), path, allFields, problems, taskId)
  const operator = fields.read('operator', kinds.nonEmpty, '')
  if (!fields.has('operator')) fields.problem('operator', `is missing; there are ${Object.keys(operatorTemplateFields).join(', ')}`)
  const inputs = readInputs(fields)
  const mapped = normalMap(given.map)
  if (isMapProblem(mapped)) fields.problem(mapped.at, mapped.says)
  const map = isMapProblem(mapped) ? null : mapped
  const teardown = normalTeardown(given.teardown, `${path}.teardown`, problems, taskId)
  const upstream = [
    ...new Set([...fields.read<readonly string[]>('upstream', kinds.texts, []), ...Object.values(inputs), ...mapTasks(map), ...(teardown?.setups ?? [])]),
  ]
  const needsCode = fields.read('needsCode', kinds.flag, alwaysNeedsCode(operator))
  if (!needsCode && alwaysNeedsCode(operator))
    fields.problem(
      'needsCode',
      `must be true: a task of operator '${operator}' runs code of its DAG file. To publish a DAG without a file use bash, http or postgres`,
    )
  const args = fields.read<JsonObject>('args', kinds.object, {})
  if (!needsCode && Object.hasOwn(requiredArgs, operator))
    for (const name of requiredArgs[operator] ?? [])
      if (args[name] === undefined && map === null) fields.problem(`args.${name}`, `is missing: operator '${operator}' needs it`)
  const task: Record<string, unknown> = {
    taskId,
    operator,
    upstream,
    args,
    inputs,
    needsCode,
    templateFields: fields.read('templateFields', kinds.texts, templateFieldsOf(operator)),
    map,
    teardown,
  }
  for (const name of taskFieldNames) task[name] = fields.read<unknown>(name, taskFields[name].kind, taskFields[name].otherwise)
  if (teardown !== null && given.triggerRule === undefined) task.triggerRule = 'all_done_setup_success'
  return task as unknown as TaskDefinition
}

/** `retryDelay: '3m'` as `retryDelayMs: 180000`. */
export const withTwins = (given: JsonRecord, path: string, problems: Problems, taskId: string | null): JsonRecord => {
  const result: Record<string, unknown> = { ...given }
  for (const [twin, name] of Object.entries(durationTwins)) {
    const value = given[twin]
    if (value === undefined) continue
    delete result[twin]
    if (value === null) result[name] = null
    else if (durationMs(value) === null) problems.add(path === '' ? twin : `${path}.${twin}`, `must be ${kinds.duration.says}, not ${shown(value)}`, taskId)
    else result[name] = durationMs(value)
  }
  return result
}

const readInputs = (fields: FieldReader): Readonly<Record<string, string>> => {
  const inputs = fields.read<Readonly<Record<string, string>>>('inputs', kinds.textMap, {})
  return { ...inputs }
}

/** Upstreams and inputs must be tasks of the DAG, and not the task itself. */
export const checkUpstreams = (task: TaskDefinition, taskIds: ReadonlySet<string>, problems: Problems): void => {
  const names = (wrong: string): string => didYouMean(wrong, [...taskIds].slice(0, 1000))
  const byInput = new Set<string>(task.teardown?.setups)
  for (const source of mapTasks(task.map)) {
    byInput.add(source)
    if (!taskIds.has(source)) problems.add(`tasks.${task.taskId}.map`, `the DAG has no task '${source}'${names(source)}`, task.taskId)
  }
  for (const [name, upstream] of Object.entries(task.inputs)) {
    byInput.add(upstream)
    if (!taskIds.has(upstream)) problems.add(`tasks.${task.taskId}.inputs.${name}`, `the DAG has no task '${upstream}'${names(upstream)}`, task.taskId)
  }
  for (const upstream of task.upstream) {
    if (taskIds.has(upstream) || byInput.has(upstream)) continue
    problems.add(`tasks.${task.taskId}.upstream`, `the DAG has no task '${upstream}'${names(upstream)}`, task.taskId)
  }
}
