import { Command } from 'commander'
import type { Backfill } from '../../../schemas/http/backfills.ts'
import { type Cli, noteRest, printList } from '../cli.ts'
import { followBackfill } from '../follow-backfill.ts'
import { path } from '../http/api.ts'
import { listAll } from '../http/list-all.ts'
import { jsonOption, limitOption } from '../options.ts'
import { backfillTable, printEnd } from '../print/backfill-table.ts'
import { progressLine } from '../print/progress.ts'

interface Options {
  readonly active?: boolean
  readonly limit: number
  readonly json?: boolean
}

export const backfillList = (cli: Cli): Command =>
  new Command('list')
    .description('list backfills, newest first')
    .argument('[dag]', 'only of this DAG')
    .option('--active', 'only those that are not over')
    .addOption(limitOption(50))
    .addOption(jsonOption())
    .action(async (dagId: string | undefined, { active, limit, json }: Options) => {
      const query = { dag_id: dagId, active: active ? true : undefined }
      const { entries, total } = await listAll<Backfill>(cli.api, '/api/v2/backfills', 'backfills', limit, query)
      printList(cli, json, entries, () => backfillTable(entries), 'there are no backfills: millrace backfill create <dag> --from <date> --to <date>')
      noteRest(cli, entries.length, total)
    })

interface ShowOptions {
  readonly wait?: boolean
  readonly json?: boolean
}

export const backfillShow = (cli: Cli): Command =>
  new Command('show')
    .description('show how far a backfill is')
    .argument('<backfill>', 'its id')
    .option('--wait', 'follow it to its end; exit code 1 when a run of it failed')
    .addOption(jsonOption())
    .action(async (id: string, { wait, json }: ShowOptions) => {
      const now = await cli.api.get<Backfill>(path`/api/v2/backfills/${id}`)
      const backfill = wait ? await followBackfill(cli, now.dag_id, id) : now
      if (json) cli.print(JSON.stringify(backfill, null, 2))
      else if (wait) printEnd(cli, backfill)
      else cli.print(`${backfill.dag_id} ${id} ${progressLine(backfill)}`)
    })
