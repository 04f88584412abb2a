import { Argument, Command } from 'commander'
import type { Pool } from '../../../schemas/http/pools.ts'
import { type Cli, noteRest, printList } from '../cli.ts'
import { ApiRefusal, path } from '../http/api.ts'
import { listAll } from '../http/list-all.ts'
import { jsonOption, limitOption, wholeNumber } from '../options.ts'
import { table } from '../print/table.ts'

const slotsText = (slots: number): string => (slots < 0 ? 'no limit' : String(slots))

export const poolsList = (cli: Cli): Command =>
  new Command('list')
    .description('list pools and what is in them')
    .addOption(limitOption(1000))
    .addOption(jsonOption())
    .action(async ({ limit, json }: { readonly limit: number; readonly json?: boolean }) => {
      const { entries, total } = await listAll<Pool>(cli.api, '/api/v2/pools', 'pools', limit)
      const asTable = (): string =>
        table(entries, [
          { heading: 'POOL', of: ({ name }) => name },
          { heading: 'SLOTS', of: ({ slots }) => slotsText(slots), align: 'right' },
          { heading: 'RUNNING', of: ({ running_slots }) => running_slots, align: 'right' },
          { heading: 'QUEUED', of: ({ queued_slots }) => queued_slots, align: 'right' },
          { heading: 'FREE', of: ({ open_slots }) => slotsText(open_slots), align: 'right' },
          { heading: 'DEFERRED COUNT', of: ({ include_deferred }) => (include_deferred ? 'yes' : 'no') },
          { heading: 'DESCRIPTION', of: ({ description }) => description },
        ])
      printList(cli, json, entries, asTable, 'there are no pools')
      noteRest(cli, entries.length, total)
    })

interface SetOptions {
  readonly description?: string
  readonly includeDeferred?: boolean
  readonly json?: boolean
}

export const poolsSet = (cli: Cli): Command =>
  new Command('set')
    .description('make a pool, or change it')
    .argument('<pool>', 'its name')
    .addArgument(new Argument('<slots>', 'how many; -1: no limit').argParser(wholeNumber(-1, 1_000_000)))
    .option('--description <text>', 'what it is for')
    .option('--include-deferred', 'deferred tasks keep their slots')
    .option('--no-include-deferred', 'deferred tasks give their slots back')
    .addOption(jsonOption())
    .action(async (name: string, slots: number, { description, includeDeferred, json }: SetOptions) => {
      const fields = {
        slots,
        ...(description === undefined ? {} : { description }),
        ...(includeDeferred === undefined ? {} : { include_deferred: includeDeferred }),
      }
      const pool = await setPool(cli, name, fields)
      cli.print(json ? JSON.stringify(pool, null, 2) : `${pool.name} ${slotsText(pool.slots)}${pool.slots < 0 ? '' : ' slots'}`)
    })

const setPool = async (cli: Cli, name: string, fields: object): Promise<Pool> => {
  try {
    return await cli.api.send<Pool>('PATCH', path`/api/v2/pools/${name}`, fields)
  } catch (thrown) {
    if (!(thrown instanceof ApiRefusal && thrown.code === 'pool_not_found')) throw thrown
    return cli.api.send<Pool>('POST', '/api/v2/pools', { name, ...fields })
  }
}

export const poolsDelete = (cli: Cli): Command =>
  new Command('delete')
    .description('delete a pool; tasks that name it wait')
    .argument('<pool>', 'its name')
    .action(async (name: string) => {
      await cli.api.remove(path`/api/v2/pools/${name}`)
      cli.print(`${name} is gone`)
    })
