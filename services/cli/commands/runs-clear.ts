import { Command } from 'commander'
import type { ClearDagRun } from '../../../schemas/http/changes.ts'
import type { DagRun } from '../../../schemas/http/dag-runs.ts'
import type { Cli } from '../cli.ts'
import { findRun, runArgument } from '../find-run.ts'
import { path } from '../http/api.ts'
import { jsonOption } from '../options.ts'
import { paintState } from '../print/paint.ts'
import { printTouched, type TouchedAnswer } from '../print/touched.ts'
import { dryRunOption } from '../selection.ts'

interface Options {
  readonly onlyFailed?: boolean
  readonly latestVersion?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export const runsClear = (cli: Cli): Command =>
  new Command('clear')
    .description('clear a run: it runs again')
    .argument('<dag>', 'DAG id')
    .addArgument(runArgument())
    .option('--only-failed', 'only its failed and upstream_failed tasks')
    .option('--latest-version', "go on with the DAG's newest version instead of the run's own")
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action(async (dagId: string, runId: string, options: Options) => {
      const { dag_run_id } = await findRun(cli.api, dagId, runId)
      const body: ClearDagRun = {
        dry_run: options.dryRun === true,
        ...(options.onlyFailed ? { only_failed: true } : {}),
        ...(options.latestVersion ? { run_on_latest_version: true } : {}),
      }
      const answer = await cli.api.send<TouchedAnswer | DagRun>('POST', path`/api/v2/dags/${dagId}/dagRuns/${dag_run_id}/clear`, body)
      if ('task_instances' in answer) printTouched(cli, options.json, answer, { done: 'cleared', dryRun: true })
      else cli.print(options.json ? JSON.stringify(answer, null, 2) : `${dagId} ${dag_run_id} ${paintState(cli.paint, answer.state)}`)
    })
