import type { Backfill } from '../../../schemas/http/backfills.ts'
import type { Cli } from '../cli.ts'
import { progressLine } from './progress.ts'
import { table } from './table.ts'
import { shortTime } from './time.ts'

export const backfillTable = (backfills: readonly Backfill[]): string =>
  table(backfills, [
    { heading: 'BACKFILL', of: ({ id }) => id },
    { heading: 'DAG', of: ({ dag_id }) => dag_id },
    { heading: 'STATE', of: ({ state }) => state },
    { heading: 'FROM', of: ({ from_date }) => shortTime(from_date) },
    { heading: 'TO', of: ({ to_date }) => shortTime(to_date) },
    { heading: 'PROGRESS', of: progressLine },
    { heading: 'CREATED', of: ({ created_at }) => shortTime(created_at) },
  ])

/** The last word on a backfill; exit code 1 when not all went well. */
export const printEnd = (cli: Cli, backfill: Backfill): void => {
  cli.print(`backfill ${backfill.id} ${backfill.state} ${progressLine({ ...backfill, state: 'running' })}`)
  if (backfill.progress.failed > 0 || backfill.state === 'cancelled') process.exitCode = 1
}
