import { Argument, Command } from 'commander'
import type { Cli } from '../cli.ts'
import { findRun, runArgument } from '../find-run.ts'
import { path } from '../http/api.ts'
import { jsonOption, wholeNumber } from '../options.ts'
import { printTouched, type TouchedAnswer } from '../print/touched.ts'
import { dryRunOption, type Selection, selectionBody, withSelection } from '../selection.ts'

interface Options extends Selection {
  readonly mapIndex?: number
  readonly dryRun?: boolean
  readonly json?: boolean
}

export const tasksMark = (cli: Cli): Command =>
  withSelection(
    new Command('mark')
      .description('mark a task instance success, failed or skipped; failed stops what runs')
      .argument('<dag>', 'DAG id')
      .addArgument(runArgument())
      .argument('<task>', 'task id')
      .addArgument(new Argument('<state>', 'its new state').choices(['success', 'failed', 'skipped']))
      .option('--map-index <n>', 'only this instance of a mapped task', wholeNumber(0, 1_000_000)),
  )
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action(async (dagId: string, runId: string, taskId: string, state: string, options: Options) => {
      const { dag_run_id } = await findRun(cli.api, dagId, runId)
      const one = path`/api/v2/dags/${dagId}/dagRuns/${dag_run_id}/taskInstances/${taskId}`
      const instance = options.mapIndex === undefined ? one : `${one}/${options.mapIndex}`
      const body = { new_state: state, ...selectionBody(options) }
      const answer = await cli.api.send<TouchedAnswer>('PATCH', options.dryRun ? `${instance}/dry_run` : instance, body)
      printTouched(cli, options.json, answer, { done: `marked ${state}`, dryRun: options.dryRun })
    })
