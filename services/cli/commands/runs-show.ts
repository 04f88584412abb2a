import { Command } from 'commander'
import type { DagRun } from '../../../schemas/http/dag-runs.ts'
import type { TaskInstance } from '../../../schemas/http/task-instances.ts'
import type { Cli } from '../cli.ts'
import { findRun, runArgument } from '../find-run.ts'
import { path } from '../http/api.ts'
import { listAll } from '../http/list-all.ts'
import { jsonOption } from '../options.ts'
import { instanceTable } from '../print/instance-table.ts'
import { paintState } from '../print/paint.ts'
import { shortDuration, shortTime } from '../print/time.ts'

export const runsShow = (cli: Cli): Command =>
  new Command('show')
    .description('show a run and its task instances')
    .argument('<dag>', 'DAG id')
    .addArgument(runArgument())
    .addOption(jsonOption())
    .action(async (dagId: string, runId: string, options: { readonly json?: boolean }) => {
      const run = await findRun(cli.api, dagId, runId)
      const instances = path`/api/v2/dags/${dagId}/dagRuns/${run.dag_run_id}/taskInstances`
      const { entries } = await listAll<TaskInstance>(cli.api, instances, 'task_instances', 100_000)
      if (options.json) return cli.print(JSON.stringify({ ...run, task_instances: entries }, null, 2))
      cli.print(facts(cli, run))
      if (entries.length > 0) cli.print(`\n${instanceTable(cli.paint, entries)}`)
      for (const { task_id, state, error } of entries)
        if (state === 'failed' && error) cli.note(cli.paint('red', `${task_id}: ${error.type}: ${error.message.split('\n')[0]}`))
    })

const facts = (cli: Cli, run: DagRun): string => {
  const interval = run.data_interval_start === null ? null : `${shortTime(run.data_interval_start)} to ${shortTime(run.data_interval_end)}`
  const lines: readonly (readonly [string, string | null])[] = [
    ['dag', run.dag_id],
    ['run', run.dag_run_id],
    ['state', `${paintState(cli.paint, run.state)}${run.reason === null ? '' : ` (${run.reason})`}`],
    ['type', `${run.run_type}${run.triggered_by === null ? '' : `, by ${run.triggered_by}`}`],
    ['logical date', shortTime(run.logical_date)],
    ['data interval', interval],
    ['start', shortTime(run.start_date)],
    ['end', shortTime(run.end_date)],
    ['duration', shortDuration(run.duration)],
    ['conf', Object.keys(run.conf).length === 0 ? null : JSON.stringify(run.conf)],
    ['note', run.note],
  ]
  return lines.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(13)}  ${value}`])).join('\n')
}
