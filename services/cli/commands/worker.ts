import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { wholeNumber } from '../options.ts'
import { workerDrain } from './workers.ts'

interface Options {
  readonly queues?: string
  readonly slots?: number
}

/** Runs a worker on this machine, in this process. It needs Kafka only: KAFKA_BROKERS, or the stack that `npm start` runs here. */
export const worker = (cli: Cli): Command =>
  new Command('worker')
    .description('run a worker on this machine; Ctrl-C lets its tasks end')
    .addCommand(workerDrain(cli))
    .option('--queues <a,b>', 'queues it serves; `default` when left out')
    .option('--slots <n>', 'how many tasks at once', wholeNumber(1, 10_000))
    .action(async ({ queues, slots }: Options) => {
      await cli.become('worker', [], {
        ...(queues === undefined ? {} : { MILLRACE_QUEUES: queues }),
        ...(slots === undefined ? {} : { MILLRACE_SLOTS: String(slots) }),
      })
    })
