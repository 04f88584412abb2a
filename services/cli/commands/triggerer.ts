import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { wholeNumber } from '../options.ts'

/** Runs a triggerer on this machine, in this process. Like a worker it needs Kafka only. */
export const triggerer = (cli: Cli): Command =>
  new Command('triggerer')
    .description('run a triggerer on this machine: it waits for what deferred tasks wait for')
    .option('--slots <n>', 'how many triggers at once', wholeNumber(1, 100_000))
    .action(async ({ slots }: { readonly slots?: number }) => {
      await cli.become('triggerer', [], slots === undefined ? {} : { MILLRACE_TRIGGERER_SLOTS: String(slots) })
    })
