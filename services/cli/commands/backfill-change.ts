import { Command } from 'commander'
import type { Backfill } from '../../../schemas/http/backfills.ts'
import type { Cli } from '../cli.ts'
import { path } from '../http/api.ts'
import { jsonOption } from '../options.ts'

const change = (cli: Cli, name: string, verb: 'pause' | 'unpause' | 'cancel', description: string): Command =>
  new Command(name)
    .description(description)
    .argument('<backfill>', 'its id')
    .addOption(jsonOption())
    .action(async (id: string, { json }: { readonly json?: boolean }) => {
      const backfill = await cli.api.send<Backfill>('PUT', `${path`/api/v2/backfills/${id}`}/${verb}`, {})
      cli.print(json ? JSON.stringify(backfill, null, 2) : `backfill ${id} of ${backfill.dag_id} is ${backfill.state}`)
    })

export const backfillPause = (cli: Cli): Command => change(cli, 'pause', 'pause', 'start no more of its runs; those that run go on')

export const backfillResume = (cli: Cli): Command => change(cli, 'resume', 'unpause', 'let a paused backfill go on')

export const backfillCancel = (cli: Cli): Command => change(cli, 'cancel', 'cancel', 'end a backfill: no more of its runs start')
