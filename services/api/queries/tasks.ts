import type { Task } from '../../../schemas/http/tasks.ts'
import type { DagDefinition, TaskDefinition } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Db } from './tables.ts'
import { isInMappedGroup } from './ui-structure.ts'
import { currentVersion, definitionOf } from './versions.ts'

const dayMs = 86_400_000

const timeDelta = (ms: number): Task['retry_delay'] => ({
  __type: 'TimeDelta',
  days: Math.floor(ms / dayMs),
  seconds: Math.floor((ms % dayMs) / 1000),
  microseconds: Math.round((ms % 1000) * 1000),
})

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

const taskAnswer = (dag: DagDefinition, task: TaskDefinition): Task => ({
  task_id: task.taskId,
  task_display_name: task.taskId,
  owner: task.owner,
  start_date: iso(dag.startDate),
  end_date: iso(dag.endDate),
  trigger_rule: task.triggerRule,
  depends_on_past: task.dependsOnPast,
  wait_for_downstream: task.waitForDownstream,
  retries: task.retries,
  queue: task.queue,
  pool: task.pool,
  pool_slots: task.poolSlots,
  execution_timeout: task.executionTimeoutMs === null ? null : timeDelta(task.executionTimeoutMs),
  retry_delay: timeDelta(task.retryDelayMs),
  retry_exponential_backoff: task.retryBackoff,
  priority_weight: task.priorityWeight,
  weight_rule: task.weightRule,
  ui_color: '#fff',
  ui_fgcolor: '#000',
  template_fields: [...task.templateFields],
  upstream_task_ids: [...task.upstream],
  downstream_task_ids: dag.tasks.filter((other) => other.upstream.includes(task.taskId)).map((other) => other.taskId),
  doc_md: task.doc,
  operator_name: task.operator,
  params: {},
  class_ref: { module_path: 'millrace', class_name: task.operator },
  is_mapped: task.map !== null || isInMappedGroup(dag, task.groupId),
  extra_links: [],
})

type Sorting = 'task_id' | 'operator_name' | 'queue' | 'pool'

export const listTasks = async (
  db: Db,
  dagId: string,
  orderBy: readonly string[] = [],
): Promise<{ readonly tasks: Task[]; readonly total_entries: number }> => {
  const dag = definitionOf(await currentVersion(db, dagId))
  const tasks = dag.tasks.map((task) => taskAnswer(dag, task))
  for (const wanted of [...orderBy].reverse()) {
    const field = wanted.replace(/^-/, '') as Sorting
    const sign = wanted.startsWith('-') ? -1 : 1
    tasks.sort((a, b) => (a[field] < b[field] ? -sign : a[field] > b[field] ? sign : 0))
  }
  return { tasks, total_entries: tasks.length }
}

export const getTask = async (db: Db, dagId: string, taskId: string): Promise<Task> => {
  const dag = definitionOf(await currentVersion(db, dagId))
  const task = dag.tasks.find((one) => one.taskId === taskId)
  if (!task) throw new MillraceError('task_not_found', `DAG ${dagId} has no task ${taskId} in its newest version. See its list of tasks.`)
  return taskAnswer(dag, task)
}
