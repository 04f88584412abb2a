import { Command } from 'commander'
import type { WaitReasons } from '../../../schemas/http/waits.ts'
import type { Cli } from '../cli.ts'
import { findRun, runArgument } from '../find-run.ts'
import { path } from '../http/api.ts'
import { jsonOption, wholeNumber } from '../options.ts'
import { paintState } from '../print/paint.ts'

interface Options {
  readonly mapIndex?: number
  readonly json?: boolean
}

export const tasksWhy = (cli: Cli): Command =>
  new Command('why')
    .description('say why a task instance waits')
    .argument('<dag>', 'DAG id')
    .addArgument(runArgument())
    .argument('<task>', 'task id')
    .option('--map-index <n>', 'which instance of a mapped task', wholeNumber(0, 1_000_000))
    .addOption(jsonOption())
    .action(async (dagId: string, runId: string, taskId: string, { mapIndex, json }: Options) => {
      const run = await findRun(cli.api, dagId, runId)
      const why = path`/ui/dags/${dagId}/dagRuns/${run.dag_run_id}/taskInstances/${taskId}/why`
      const answer = await cli.api.get<WaitReasons>(why, { map_index: mapIndex })
      if (json) return cli.print(JSON.stringify(answer, null, 2))
      const name = `${dagId} ${run.dag_run_id} ${taskId}${mapIndex === undefined ? '' : `[${mapIndex}]`}`
      cli.print(`${name} ${paintState(cli.paint, answer.state)}${answer.reasons.length === 0 ? ': it waits for nothing' : ''}`)
      for (const { kind, sentence } of answer.reasons) cli.print(`  ${cli.paint('yellow', kind)}  ${sentence}`)
    })
