import type { DagDefinition, TaskDefinition } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import { didYouMean } from '../../core/normal-names.ts'

/** The DAG with this task alone: it waits for nothing, and is tried once, as in Airflow's `tasks test`. */
export const onlyTask = (definition: DagDefinition, taskId: string): DagDefinition => {
  const taskIds = definition.tasks.map((task) => task.taskId)
  const task = definition.tasks.find((one) => one.taskId === taskId)
  if (!task)
    throw new MillraceError('task_not_found', `DAG ${definition.dagId} has no task '${taskId}'${didYouMean(taskId, taskIds)}; it has ${taskIds.join(', ')}`)
  const groups = groupsAround(definition, task)
  const from = sourceTask(task) ?? groups.map(sourceTask).find((source) => source !== null)
  if (from != null)
    throw new MillraceError(
      'bad_option',
      `task '${taskId}' is mapped over what '${from}' returns, which is not there without it: \`millrace dags test\` runs both`,
    )
  const alone: TaskDefinition = {
    ...task,
    upstream: [],
    // Each would make its task an upstream again. Without them they are undefined, as the result of a task that returned nothing.
    inputs: {},
    triggerRule: 'all_success',
    retries: 0,
    setup: false,
    teardown: null,
    dependsOnPast: false,
    waitForDownstream: false,
  }
  return { ...definition, tasks: [alone], groups }
}

const groupsAround = (definition: DagDefinition, task: TaskDefinition): DagDefinition['groups'] => {
  const around = new Set<string>()
  for (let id = task.groupId; id !== null && !around.has(id); ) {
    around.add(id)
    id = definition.groups.find(({ groupId }) => groupId === id)?.parent ?? null
  }
  return definition.groups.filter(({ groupId }) => around.has(groupId))
}

const sourceTask = ({ map }: Pick<TaskDefinition, 'map'>): string | null => {
  if (map === null) return null
  const sources = map.kind === 'each' ? [map.records] : Object.values(map.inputs)
  const source = sources.find((one) => 'task' in one)
  return source && 'task' in source ? source.task : null
}
