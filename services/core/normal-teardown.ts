/** Setups and teardowns (SEMANTICS 2, 9). */
import type { TaskDefinition } from './dag.ts'
import { kinds, shown } from './normal-kinds.ts'
import { didYouMean } from './normal-names.ts'
import { isRecord, makeFieldReader, type Problems } from './normal-problems.ts'

type Teardown = TaskDefinition['teardown']

export const normalTeardown = (given: unknown, path: string, problems: Problems, taskId: string): Teardown => {
  if (given === undefined || given === null) return null
  if (!isRecord(given)) {
    problems.add(path, `must be an object such as { setups: ['make_cluster'] }, or null, not ${shown(given)}`, taskId)
    return null
  }
  const fields = makeFieldReader(given, path, ['setups', 'onFailureFailDagrun'], problems, taskId)
  return { setups: [...new Set(fields.read('setups', kinds.texts, []))], onFailureFailDagrun: fields.read('onFailureFailDagrun', kinds.flag, false) }
}

export const checkTeardowns = (tasks: ReadonlyMap<string, TaskDefinition>, problems: Problems): void => {
  for (const task of tasks.values()) {
    const path = `tasks.${task.taskId}`
    if (task.setup && task.teardown !== null) problems.add(`${path}.teardown`, 'a task is a setup or a teardown, not both: make two tasks of it', task.taskId)
    if (task.teardown !== null && task.triggerRule !== 'all_done_setup_success')
      problems.add(`${path}.triggerRule`, 'leave it out: a teardown runs when its setup succeeded and what is between them is over', task.taskId)
    for (const id of task.teardown?.setups ?? []) checkSetup(task, id, tasks, problems)
    for (const id of task.upstream) {
      if (tasks.get(id)?.setup !== true || task.teardown !== null || task.triggerRule === 'all_success') continue
      const says = `must be all_success directly behind the setup '${id}': what it sets up has to be there. Put a task between them otherwise`
      problems.add(`${path}.triggerRule`, says, task.taskId)
    }
  }
}

const checkSetup = (teardown: TaskDefinition, id: string, tasks: ReadonlyMap<string, TaskDefinition>, problems: Problems): void => {
  const path = `tasks.${teardown.taskId}.teardown.setups`
  const setup = tasks.get(id)
  if (setup === undefined) problems.add(path, `the DAG has no task '${id}'${didYouMean(id, [...tasks.keys()].slice(0, 1000))}`, teardown.taskId)
  else if (!setup.setup) problems.add(path, `task '${id}' is no setup: mark it as one (asSetup(), or setup: true)`, teardown.taskId)
}
