/** Puts tasks and groups in order. */
import { MillraceError } from '../core/errors.ts'
import { shown } from '../core/normal-kinds.ts'
import { type AnyGroup, groupParts, isGroup } from './group-parts.ts'
import { type AnyTask, isTask, type Step, type Steps, taskParts } from './task.ts'

export const stepsOf = (steps: readonly Steps[]): readonly Step[] => steps.flat() as Step[]

/** `upstream >> downstream`: of a group its leaves, or its roots. */
export const link = (upstream: Step, downstream: Step): void => {
  for (const from of endsOf(upstream, leavesOf)) for (const to of endsOf(downstream, rootsOf)) linkTasks(from, to)
}

const endsOf = (step: Step, ends: (group: AnyGroup) => readonly AnyTask[]): readonly AnyTask[] => {
  if (isTask(step)) return [step]
  if (!isGroup(step)) throw new MillraceError('bad_dag', `only tasks and groups can be put in order, not ${shown(step)}`)
  const found = ends(step)
  if (found.length === 0)
    throw new MillraceError('bad_dag', `group '${step.groupId}' has no tasks that could be put in order: make them inside of its function`)
  return found
}

const linkTasks = (upstream: AnyTask, downstream: AnyTask): void => {
  const [above, below] = [upstream[taskParts], downstream[taskParts]]
  if (above.scope !== below.scope)
    throw new MillraceError(
      'bad_dag',
      `task '${upstream.taskId}' of dag '${above.scope.dagId}' cannot come before task '${downstream.taskId}' of dag '${below.scope.dagId}': they are in two DAGs`,
    )
  if (upstream === downstream) throw new MillraceError('bad_dag', `dag '${above.scope.dagId}': task '${upstream.taskId}' is put before itself`)
  below.upstream.add(upstream.taskId)
}

const tasksOf = (group: AnyGroup): readonly AnyTask[] =>
  [...group[groupParts].scope.tasks.values()].filter((task) => {
    const { groupId } = task[taskParts]
    return groupId === group.groupId || groupId?.startsWith(`${group.groupId}.`) === true
  })

const rootsOf = (group: AnyGroup): readonly AnyTask[] => {
  const tasks = tasksOf(group)
  const ids = new Set(tasks.map((task) => task.taskId))
  return tasks.filter((task) => ![...task[taskParts].upstream].some((upstream) => ids.has(upstream)))
}

/** What comes behind a group does not wait for its teardowns, as in Airflow, nor for a setup alone, where there is work. */
const leavesOf = (group: AnyGroup): readonly AnyTask[] => {
  const tasks = tasksOf(group)
  const work = tasks.filter((task) => task[taskParts].teardown === null)
  const counted = work.length > 0 ? work : tasks
  const inner = new Set(counted.flatMap((task) => [...task[taskParts].upstream]))
  const leaves = counted.filter((task) => !inner.has(task.taskId))
  const others = leaves.filter((task) => !task[taskParts].setup)
  return others.length > 0 ? others : leaves
}
