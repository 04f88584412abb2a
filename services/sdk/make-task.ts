import type { TaskMap } from '../core/dag.ts'
import { MillraceError } from '../core/errors.ts'
import type { Kind } from '../core/normal-kinds.ts'
import { kinds, shown } from '../core/normal-kinds.ts'
import { idProblem } from '../core/normal-names.ts'
import { type BuildScope, currentScope, idInScope, openGroup } from './build-scope.ts'
import { link, stepsOf } from './link.ts'
import { mapOver, mapOverEach } from './map-sources.ts'
import { checkOptions, named } from './options.ts'
import {
  type AnyFunction,
  type AnyTask,
  type Inputs,
  isItem,
  isTask,
  itemParts,
  type MappableTask,
  type NoItems,
  type TaskParts,
  type TeardownOptions,
  taskParts,
} from './task.ts'
import { given, serialiseTaskOptions, type TaskOptions, taskOptionKinds } from './task-options.ts'

export interface MadeTask {
  readonly operator: string
  readonly taskId: string
  readonly options: TaskOptions & { readonly [name: string]: unknown }
  /** The options that this operator has beside those of every task. */
  readonly ownOptions?: Readonly<Record<string, Kind>>
  readonly args?: { readonly [name: string]: unknown }
  readonly inputs?: Inputs
  readonly code?: Readonly<Record<string, AnyFunction | undefined>>
}

/** Makes a task in the DAG that is being built. Operators are functions around this one. */
export const makeTask = <T, N = NoItems>(made: MadeTask): MappableTask<T, N> => {
  const scope = currentScope(named('task', made.taskId))
  const group = openGroup(scope)
  const ownProblem = idProblem(made.taskId)
  if (ownProblem !== null) throw new MillraceError('bad_dag', `dag '${scope.dagId}': task id ${ownProblem}`)
  const taskId = idInScope(scope, made.taskId)
  const where = named('task', taskId)
  const problem = idProblem(taskId)
  if (problem !== null) throw new MillraceError('bad_dag', `dag '${scope.dagId}': task id ${problem}`)
  if (scope.tasks.has(taskId)) throw new MillraceError('bad_dag', `dag '${scope.dagId}' has two tasks with the id '${taskId}': give each its own`)
  checkOptions(where, made.options, { ...taskOptionKinds, ...made.ownOptions })
  const common = Object.fromEntries(Object.entries(made.options).filter(([name, value]) => name in taskOptionKinds && value !== undefined))
  const parts: TaskParts = {
    operator: made.operator,
    scope,
    groupId: group?.groupId ?? null,
    upstream: new Set(),
    options: serialiseTaskOptions({ ...(group ?? scope).defaultArgs, ...common }),
    args: given(made.args ?? {}),
    ...readInputs(where, scope, made.inputs ?? {}),
    code: Object.fromEntries(Object.entries(made.code ?? {}).filter((entry): entry is [string, AnyFunction] => entry[1] !== undefined)),
    madeAt: new Error(where),
    map: null,
    setup: false,
    teardown: null,
  }
  const mapped = (map: TaskMap): never => {
    if (parts.map !== null) throw new MillraceError('bad_option', `${where} is mapped already: map it over several inputs at once`)
    parts.map = map
    for (const source of map.kind === 'each' ? [map.records] : Object.values(map.inputs)) if ('task' in source) parts.upstream.add(source.task)
    return self as never
  }
  const self: MappableTask<T, N> = {
    taskId,
    before: (...steps) => {
      for (const other of stepsOf(steps)) link(self, other)
    },
    after: (...steps) => {
      for (const other of stepsOf(steps)) link(other, self)
    },
    asSetup() {
      parts.setup = true
      return self
    },
    asTeardown(options = {}) {
      if (made.options.triggerRule !== undefined)
        throw new MillraceError(
          'bad_option',
          `${where}: leave triggerRule out of a teardown: it runs when its setups succeeded and what is between them is over`,
        )
      parts.teardown = teardownOf(where, options)
      for (const setup of parts.teardown.setups) parts.upstream.add(setup)
      return self
    },
    map: (sources) => mapped(mapOver(where, scope, 'cross', sources)),
    zip: (sources) => mapped(mapOver(where, scope, 'zip', sources)),
    mapEach: (records) => mapped(mapOverEach(where, scope, records)),
    [taskParts]: parts,
  }
  for (const upstream of Object.values(parts.inputs)) parts.upstream.add(upstream)
  scope.tasks.set(taskId, self)
  return Object.freeze(self)
}

const teardownKinds = {
  setups: { says: 'a task, or a list of tasks', holds: (value: unknown) => [value].flat().every(isTask) },
  onFailureFailDagrun: kinds.flag,
}

const teardownOf = (where: string, options: TeardownOptions): NonNullable<TaskParts['teardown']> => {
  checkOptions(`${where}, asTeardown`, options, teardownKinds)
  const setups = [options.setups ?? []].flat() as AnyTask[]
  for (const setup of setups) setup.asSetup()
  return { setups: setups.map((setup) => setup.taskId), onFailureFailDagrun: options.onFailureFailDagrun ?? false }
}

const readInputs = (where: string, scope: BuildScope, inputs: Inputs): Pick<TaskParts, 'inputs' | 'items'> => {
  const tasks: Record<string, string> = {}
  const items: Record<string, string> = {}
  for (const [name, input] of Object.entries(inputs)) {
    if (isItem(input)) items[name] = itemOf(where, scope, name, input[itemParts])
    else tasks[name] = inputOf(where, scope, name, input)
  }
  return { inputs: tasks, items }
}

const itemOf = (
  where: string,
  scope: BuildScope,
  input: string,
  { scope: from, groupId, name }: { scope: BuildScope; groupId: string; name: string },
): string => {
  if (from === scope && scope.open.some((group) => group.groupId === groupId)) return name
  throw new MillraceError('bad_option', `${where}: input '${input}' is an item of the mapped group '${groupId}', and only tasks of that group have it`)
}

const inputOf = (where: string, scope: BuildScope, name: string, task: unknown): string => {
  if (!isTask(task)) throw new MillraceError('bad_option', `${where}: input '${name}' must be a task whose result is wanted, not ${shown(task)}`)
  if (task[taskParts].scope !== scope)
    throw new MillraceError('bad_dag', `${where}: input '${name}' is task '${task.taskId}' of another DAG, '${task[taskParts].scope.dagId}'`)
  return task.taskId
}
