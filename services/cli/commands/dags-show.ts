import { Command } from 'commander'
import type { Structure } from '../../../schemas/http/ui-structure.ts'
import type { Cli } from '../cli.ts'
import { path } from '../http/api.ts'
import { jsonOption } from '../options.ts'
import { graphDot, graphText } from '../print/graph.ts'

interface Options {
  readonly dot?: boolean
  readonly version?: string
  readonly json?: boolean
}

export const dagsShow = (cli: Cli): Command =>
  new Command('show')
    .description('draw the graph of a DAG')
    .argument('<dag>', 'DAG id')
    .option('--version <id>', 'id or number of a version; the newest when left out')
    .option('--dot', 'as DOT: `millrace dags show etl --dot | dot -Tsvg > etl.svg`')
    .addOption(jsonOption())
    .action(async (dagId: string, { dot, version, json }: Options) => {
      const graph = await cli.api.get<Structure>(path`/ui/dags/${dagId}/structure`, { version })
      if (json) cli.print(JSON.stringify(graph, null, 2))
      else if (dot) cli.print(graphDot(graph))
      else cli.print(graphText(graph, cli.paint))
    })
