/** What clear and mark have in common: which instances, beside those that are named. */
import { type Command, Option } from 'commander'

export interface Selection {
  readonly upstream?: boolean
  readonly downstream?: boolean
  readonly past?: boolean
  readonly future?: boolean
}

export const withSelection = (command: Command): Command =>
  command
    .option('--upstream', 'and everything upstream of the tasks')
    .option('--downstream', 'and everything downstream of them')
    .option('--past', 'the same tasks in earlier runs, too')
    .option('--future', 'the same tasks in later runs, too')

export const dryRunOption = (): Option => new Option('--dry-run', 'list what would change, change nothing')

/** As the API names them; only what was asked for. */
export const selectionBody = ({ upstream, downstream, past, future }: Selection): Readonly<Record<string, true>> =>
  Object.fromEntries(
    Object.entries({ include_upstream: upstream, include_downstream: downstream, include_past: past, include_future: future }).flatMap(([name, value]) =>
      value === true ? [[name, true as const]] : [],
    ),
  )
