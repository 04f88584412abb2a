import { Command } from 'commander'
import type { Dag } from '../../../schemas/http/dags.ts'
import type { Cli } from '../cli.ts'
import { path } from '../http/api.ts'
import { jsonOption } from '../options.ts'

const setPaused = (cli: Cli, name: string, paused: boolean, description: string): Command =>
  new Command(name)
    .description(description)
    .argument('<dag...>', 'DAG ids')
    .addOption(jsonOption())
    .action(async (dagIds: readonly string[], options: { readonly json?: boolean }) => {
      const dags: Dag[] = []
      for (const dagId of dagIds) {
        dags.push(await cli.api.send<Dag>('PATCH', path`/api/v2/dags/${dagId}`, { is_paused: paused }))
        if (!options.json) cli.print(`${dagId} is ${paused ? 'paused' : 'active'}`)
      }
      if (options.json) cli.print(JSON.stringify(dags, null, 2))
    })

export const dagsPause = (cli: Cli): Command => setPaused(cli, 'pause', true, 'make no more runs of DAGs; running tasks end, no others start')

export const dagsUnpause = (cli: Cli): Command => setPaused(cli, 'unpause', false, 'let DAGs run')
