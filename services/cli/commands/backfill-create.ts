import { Command, Option } from 'commander'
import { type Backfill, type BackfillPost, reprocessBehaviors } from '../../../schemas/http/backfills.ts'
import type { Dag } from '../../../schemas/http/dags.ts'
import type { Cli } from '../cli.ts'
import { followBackfill } from '../follow-backfill.ts'
import { path } from '../http/api.ts'
import { isoInstant, jsonObject, jsonOption, wholeNumber } from '../options.ts'
import { printEnd } from '../print/backfill-table.ts'
import { shortTime } from '../print/time.ts'
import { dryRunOption } from '../selection.ts'

interface Options {
  readonly from: string
  readonly to: string
  readonly reprocess?: (typeof reprocessBehaviors)[number]
  readonly maxActiveRuns?: number
  readonly newestFirst?: boolean
  readonly conf?: { readonly [key: string]: unknown }
  readonly wait: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export const backfillCreate = (cli: Cli): Command =>
  new Command('create')
    .description('run a DAG for a range of logical dates, and show how far it is; Ctrl-C leaves it running')
    .argument('<dag>', 'DAG id')
    .requiredOption('--from <iso>', 'first logical date', isoInstant)
    .requiredOption('--to <iso>', 'last logical date, inclusive', isoInstant)
    .addOption(new Option('--reprocess <what>', 'which runs that are there already run again').choices(reprocessBehaviors))
    .option('--max-active-runs <n>', 'its own limit', wholeNumber(1, 10_000))
    .option('--newest-first', 'the newest date first')
    .option('--conf <json>', 'conf of its runs, a JSON object', jsonObject)
    .option('--no-wait', 'do not wait for its end')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action(async (dagId: string, options: Options) => {
      const body = bodyOf(dagId, options)
      if (options.dryRun) return listDates(cli, body, options.json)
      const made = await cli.api.send<Backfill>('POST', '/api/v2/backfills', body)
      if (options.json) return cli.print(JSON.stringify(made, null, 2))
      cli.print(`backfill ${made.id} of ${dagId}: ${made.progress.total} dates`)
      const dag = await cli.api.get<Dag>(path`/api/v2/dags/${dagId}`)
      if (dag.is_paused) cli.note(`${dagId} is paused, so the backfill waits: millrace dags unpause ${dagId}`)
      if (!options.wait) return
      const ended = await followBackfill(cli, dagId, made.id)
      printEnd(cli, ended)
    })

const bodyOf = (dagId: string, options: Options): BackfillPost => ({
  dag_id: dagId,
  from_date: options.from,
  to_date: options.to,
  ...(options.reprocess === undefined ? {} : { reprocess_behavior: options.reprocess }),
  ...(options.maxActiveRuns === undefined ? {} : { max_active_runs: options.maxActiveRuns }),
  ...(options.newestFirst ? { run_backwards: true } : {}),
  ...(options.conf === undefined ? {} : { dag_run_conf: options.conf }),
})

interface DryRun {
  readonly backfills: readonly { readonly logical_date: string }[]
}

const listDates = async (cli: Cli, body: BackfillPost, json: boolean | undefined): Promise<void> => {
  const { backfills } = await cli.api.send<DryRun>('POST', '/api/v2/backfills/dry_run', body)
  if (json) return cli.print(JSON.stringify(backfills, null, 2))
  for (const { logical_date } of backfills) cli.print(shortTime(logical_date) ?? logical_date)
  cli.note(`${backfills.length} dates would run; nothing was changed`)
}
