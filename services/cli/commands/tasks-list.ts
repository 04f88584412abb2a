import { Command } from 'commander'
import type { TaskInstance } from '../../../schemas/http/task-instances.ts'
import type { Task } from '../../../schemas/http/tasks.ts'
import { type Cli, printList } from '../cli.ts'
import { findRun } from '../find-run.ts'
import { path } from '../http/api.ts'
import { listAll } from '../http/list-all.ts'
import { jsonOption } from '../options.ts'
import { instanceTable } from '../print/instance-table.ts'
import { table } from '../print/table.ts'

export const tasksList = (cli: Cli): Command =>
  new Command('list')
    .description('list the tasks of a DAG; with a run, their instances in it')
    .argument('<dag>', 'DAG id')
    .argument('[run]', 'run id, or `latest`')
    .addOption(jsonOption())
    .action(async (dagId: string, runId: string | undefined, options: { readonly json?: boolean }) => {
      if (runId === undefined) return listTasks(cli, dagId, options.json)
      const run = await findRun(cli.api, dagId, runId)
      const { entries } = await listAll<TaskInstance>(cli.api, path`/api/v2/dags/${dagId}/dagRuns/${run.dag_run_id}/taskInstances`, 'task_instances', 100_000)
      printList(cli, options.json, entries, () => instanceTable(cli.paint, entries), `${run.dag_run_id} has no tasks`)
    })

const listTasks = async (cli: Cli, dagId: string, json: boolean | undefined): Promise<void> => {
  const { tasks } = await cli.api.get<{ readonly tasks: readonly Task[] }>(path`/api/v2/dags/${dagId}/tasks`)
  const asTable = (): string =>
    table(tasks, [
      { heading: 'TASK', of: (task) => task.task_id },
      { heading: 'OPERATOR', of: (task) => task.operator_name },
      { heading: 'AFTER', of: (task) => task.upstream_task_ids.join(', ') },
      { heading: 'TRIGGER RULE', of: (task) => task.trigger_rule },
      { heading: 'RETRIES', of: (task) => task.retries, align: 'right' },
      { heading: 'QUEUE', of: (task) => task.queue },
      { heading: 'POOL', of: (task) => task.pool },
    ])
  printList(cli, json, tasks, asTable, `${dagId} has no tasks`)
}
