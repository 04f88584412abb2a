import { Command } from 'commander'
import type { NextRuns } from '../../../schemas/http/ui-next-runs.ts'
import { type Cli, printList } from '../cli.ts'
import { path } from '../http/api.ts'
import { jsonOption, wholeNumber } from '../options.ts'
import { windowTable } from '../print/window-table.ts'

interface Options {
  readonly count: number
  readonly json?: boolean
}

export const dagsNextRuns = (cli: Cli): Command =>
  new Command('next-runs')
    .description('list the next runs that the schedule of a DAG makes')
    .argument('<dag>', 'DAG id')
    .option('--count <n>', 'how many', wholeNumber(1, 1000), 5)
    .addOption(jsonOption())
    .action(async (dagId: string, { count, json }: Options) => {
      const { next_runs, is_paused } = await cli.api.get<NextRuns>(path`/ui/dags/${dagId}/nextRuns`, { count })
      printList(cli, json, next_runs, () => windowTable(next_runs), `the schedule of ${dagId} makes no more runs`)
      if (is_paused) cli.note(`${dagId} is paused: none of them is made before \`millrace dags unpause ${dagId}\``)
    })
