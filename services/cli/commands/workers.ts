import { Command } from 'commander'
import type { Worker, WorkerCollection } from '../../../schemas/http/workers.ts'
import { MillraceError } from '../../core/errors.ts'
import { type Cli, printList } from '../cli.ts'
import { path } from '../http/api.ts'
import { jsonOption } from '../options.ts'
import { table } from '../print/table.ts'
import { shortTime } from '../print/time.ts'

const colours = { alive: 'green', draining: 'yellow', silent: 'red', left: 'grey' } as const

export const workersList = (cli: Cli): Command =>
  new Command('list')
    .description('list workers of the last day')
    .addOption(jsonOption())
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { workers } = await cli.api.get<WorkerCollection>('/ui/workers')
      const asTable = (): string =>
        table(workers, [
          { heading: 'INCARNATION', of: (worker) => worker.incarnation },
          { heading: 'STATE', of: (worker) => cli.paint(colours[worker.state], worker.state) },
          { heading: 'RUNNING', of: (worker) => worker.running, align: 'right' },
          { heading: 'SLOTS', of: (worker) => worker.slots, align: 'right' },
          { heading: 'QUEUES', of: (worker) => worker.queues.join(', ') },
          { heading: 'HOST', of: (worker) => `${worker.hostname} (pid ${worker.pid})` },
          { heading: 'SINCE', of: (worker) => shortTime(worker.started_at) },
        ])
      printList(cli, json, workers, asTable, 'no workers: `millrace worker` starts one')
    })

/** Of workers on any machine: each takes nothing new, finishes or hands back what runs, and leaves. */
export const workerDrain = (cli: Cli): Command =>
  new Command('drain')
    .description('let a worker, here or on another machine, finish what runs and leave')
    .argument('[incarnation]', 'as `millrace workers list` shows it')
    .option('--all', 'every worker')
    .action(async (incarnation: string | undefined, { all }: { readonly all?: boolean }) => {
      if ((incarnation === undefined) === (all !== true))
        throw new MillraceError('bad_request', 'name one worker (`millrace workers list` shows them), or give --all')
      for (const each of incarnation === undefined ? await alive(cli) : [incarnation]) {
        await cli.api.send<Worker>('POST', path`/ui/workers/${each}/drain`, {})
        cli.print(`draining ${each}`)
      }
    })

const alive = async (cli: Cli): Promise<readonly string[]> => {
  const { workers } = await cli.api.get<WorkerCollection>('/ui/workers')
  const found = workers.filter(({ state }) => state === 'alive').map(({ incarnation }) => incarnation)
  if (found.length === 0) cli.note('no worker to drain')
  return found
}
