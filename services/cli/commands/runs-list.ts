import { Command, Option } from 'commander'
import type { DagRun } from '../../../schemas/http/dag-runs.ts'
import { apiRunStates } from '../../../schemas/http/states.ts'
import { type Cli, noteRest, printList } from '../cli.ts'
import { path } from '../http/api.ts'
import { listAll } from '../http/list-all.ts'
import { jsonOption, limitOption } from '../options.ts'
import { paintState } from '../print/paint.ts'
import { table } from '../print/table.ts'
import { shortDuration, shortTime } from '../print/time.ts'

interface Options {
  readonly json?: boolean
  readonly limit: number
  readonly state?: readonly string[]
}

export const runsList = (cli: Cli): Command =>
  new Command('list')
    .description('list runs, newest first')
    .argument('[dag]', 'DAG id; all DAGs when left out')
    .addOption(new Option('--state <state...>', 'only runs in these states').choices(apiRunStates))
    .addOption(limitOption(25))
    .addOption(jsonOption())
    .action(async (dagId: string | undefined, options: Options) => {
      const query = { order_by: '-run_after', state: options.state }
      const { entries, total } = await listAll<DagRun>(cli.api, path`/api/v2/dags/${dagId ?? '~'}/dagRuns`, 'dag_runs', options.limit, query)
      const asTable = (): string =>
        table(entries, [
          ...(dagId === undefined ? [{ heading: 'DAG', of: (run: DagRun) => run.dag_id }] : []),
          { heading: 'RUN', of: (run) => run.dag_run_id },
          { heading: 'STATE', of: (run) => paintState(cli.paint, run.state) },
          { heading: 'LOGICAL DATE', of: (run) => shortTime(run.logical_date) },
          { heading: 'START', of: (run) => shortTime(run.start_date) },
          { heading: 'DURATION', of: (run) => shortDuration(run.duration), align: 'right' },
        ])
      printList(cli, options.json, entries, asTable, dagId === undefined ? 'no runs yet' : `no runs of ${dagId}: millrace dags trigger ${dagId}`)
      noteRest(cli, entries.length, total)
    })
