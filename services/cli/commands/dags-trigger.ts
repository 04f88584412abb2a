import { Command } from 'commander'
import type { DagRun, TriggerDagRun } from '../../../schemas/http/dag-runs.ts'
import type { Dag } from '../../../schemas/http/dags.ts'
import { awaitRun } from '../await-run.ts'
import type { Cli } from '../cli.ts'
import { path } from '../http/api.ts'
import { isoInstant, jsonObject, jsonOption } from '../options.ts'
import { paintState } from '../print/paint.ts'

interface Options {
  readonly conf?: { readonly [key: string]: unknown }
  readonly date?: string
  readonly runId?: string
  readonly note?: string
  readonly wait?: boolean
  readonly json?: boolean
}

export const dagsTrigger = (cli: Cli): Command =>
  new Command('trigger')
    .description('start a run of a DAG')
    .argument('<dag>', 'DAG id')
    .option('--conf <json>', 'conf of the run, a JSON object', jsonObject)
    .option('--date <iso>', 'logical date; now when left out', isoInstant)
    .option('--run-id <id>', 'name of the run')
    .option('--note <text>', 'a note for people')
    .option('--wait', 'wait for its end; exit code 1 when it fails')
    .addOption(jsonOption())
    .action(async (dagId: string, options: Options) => {
      const body: TriggerDagRun = {
        ...(options.conf === undefined ? {} : { conf: options.conf }),
        ...(options.date === undefined ? {} : { logical_date: options.date }),
        ...(options.runId === undefined ? {} : { dag_run_id: options.runId }),
        ...(options.note === undefined ? {} : { note: options.note }),
      }
      const made = await cli.api.send<DagRun>('POST', path`/api/v2/dags/${dagId}/dagRuns`, body)
      if (!options.json) cli.print(`${dagId} ${made.dag_run_id} ${paintState(cli.paint, made.state)}`)
      const dag = await cli.api.get<Dag>(path`/api/v2/dags/${dagId}`)
      if (dag.is_paused) cli.note(`${dagId} is paused, so the run waits: millrace dags unpause ${dagId}`)
      const run = options.wait ? await awaitRun(cli.api, dagId, made.dag_run_id) : made
      if (options.json) cli.print(JSON.stringify(run, null, 2))
      else if (options.wait) cli.print(`${dagId} ${run.dag_run_id} ${paintState(cli.paint, run.state)}${run.reason === null ? '' : `: ${run.reason}`}`)
      if (run.state === 'failed') process.exitCode = 1
    })
