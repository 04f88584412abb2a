import { Command } from 'commander'
import type { DagRun } from '../../../schemas/http/dag-runs.ts'
import type { Cli } from '../cli.ts'
import { findRun, runArgument } from '../find-run.ts'
import { path } from '../http/api.ts'
import { jsonOption, wholeNumber } from '../options.ts'
import { printTouched, type TouchedAnswer } from '../print/touched.ts'

interface Options {
  readonly mapIndex?: number
  readonly json?: boolean
}

const whatItSays = 'what it says; left out: the note goes'

export const runsNote = (cli: Cli): Command =>
  new Command('note')
    .description('put a note for people on a run, or take it away')
    .argument('<dag>', 'DAG id')
    .addArgument(runArgument())
    .argument('[text]', whatItSays)
    .addOption(jsonOption())
    .action(async (dagId: string, runId: string, text: string | undefined, { json }: Options) => {
      const { dag_run_id } = await findRun(cli.api, dagId, runId)
      const run = await cli.api.send<DagRun>('PATCH', path`/api/v2/dags/${dagId}/dagRuns/${dag_run_id}`, { note: text ?? null })
      cli.print(json ? JSON.stringify(run, null, 2) : `${dagId} ${dag_run_id} ${run.note === null ? 'has no note' : run.note}`)
    })

export const tasksNote = (cli: Cli): Command =>
  new Command('note')
    .description('put a note for people on a task instance, or take it away')
    .argument('<dag>', 'DAG id')
    .addArgument(runArgument())
    .argument('<task>', 'task id')
    .argument('[text]', whatItSays)
    .option('--map-index <n>', 'only this instance of a mapped task', wholeNumber(0, 1_000_000))
    .addOption(jsonOption())
    .action(async (dagId: string, runId: string, taskId: string, text: string | undefined, { mapIndex, json }: Options) => {
      const { dag_run_id } = await findRun(cli.api, dagId, runId)
      const one = path`/api/v2/dags/${dagId}/dagRuns/${dag_run_id}/taskInstances/${taskId}`
      const answer = await cli.api.send<TouchedAnswer>('PATCH', mapIndex === undefined ? one : `${one}/${mapIndex}`, { note: text ?? null })
      printTouched(cli, json, answer, { done: text === undefined ? 'without a note' : 'noted', dryRun: undefined })
    })
