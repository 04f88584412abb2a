import { Argument, Command } from 'commander'
import type { DagRun } from '../../../schemas/http/dag-runs.ts'
import type { Cli } from '../cli.ts'
import { findRun, runArgument } from '../find-run.ts'
import { path } from '../http/api.ts'
import { jsonOption } from '../options.ts'
import { paintState } from '../print/paint.ts'

export const runsMark = (cli: Cli): Command =>
  new Command('mark')
    .description('mark a run success or failed, with what it holds; failed stops what runs')
    .argument('<dag>', 'DAG id')
    .addArgument(runArgument())
    .addArgument(new Argument('<state>', 'its new state').choices(['success', 'failed']))
    .addOption(jsonOption())
    .action(async (dagId: string, runId: string, state: string, { json }: { readonly json?: boolean }) => {
      const { dag_run_id } = await findRun(cli.api, dagId, runId)
      const run = await cli.api.send<DagRun>('PATCH', path`/api/v2/dags/${dagId}/dagRuns/${dag_run_id}`, { state })
      cli.print(json ? JSON.stringify(run, null, 2) : `${dagId} ${dag_run_id} ${paintState(cli.paint, run.state)}`)
    })
