import { Command } from 'commander'
import type { Dag } from '../../../schemas/http/dags.ts'
import type { ImportError } from '../../../schemas/http/import-errors.ts'
import { type Cli, noteRest, printList } from '../cli.ts'
import { listAll } from '../http/list-all.ts'
import { jsonOption, limitOption } from '../options.ts'
import { table } from '../print/table.ts'
import { shortTime } from '../print/time.ts'

interface Options {
  readonly json?: boolean
  readonly limit: number
  readonly paused?: boolean
  readonly active?: boolean
}

export const dagsList = (cli: Cli): Command =>
  new Command('list')
    .description('list DAGs, and files that could not be read')
    .argument('[pattern]', 'only DAGs whose id contains this; % is any text')
    .option('--paused', 'only paused ones')
    .option('--active', 'only those that are not paused')
    .addOption(limitOption(1000))
    .addOption(jsonOption())
    .action(async (pattern: string | undefined, options: Options) => {
      const paused = options.paused === options.active ? undefined : options.paused === true
      const { entries, total } = await listAll<Dag>(cli.api, '/api/v2/dags', 'dags', options.limit, { order_by: 'dag_id', dag_id_pattern: pattern, paused })
      const asTable = (): string =>
        table(entries, [
          { heading: 'DAG', of: (dag) => dag.dag_id },
          { heading: 'SCHEDULE', of: (dag) => dag.timetable_summary },
          { heading: 'STATE', of: (dag) => (dag.is_paused ? cli.paint('grey', 'paused') : cli.paint('green', 'active')) },
          { heading: 'NEXT RUN', of: (dag) => shortTime(dag.next_dagrun_run_after) },
          { heading: 'OWNER', of: (dag) => dag.owners.join(', ') },
          { heading: 'TAGS', of: (dag) => dag.tags.map(({ name }) => name).join(', ') },
        ])
      printList(cli, options.json, entries, asTable, pattern === undefined ? 'no DAGs yet: put a file into dags/' : `no DAG id contains ${pattern}`)
      noteRest(cli, entries.length, total)
      await noteImportErrors(cli)
    })

const noteImportErrors = async (cli: Cli): Promise<void> => {
  const { entries, total } = await listAll<ImportError>(cli.api, '/api/v2/importErrors', 'import_errors', 5)
  for (const { filename, line, message } of entries) cli.note(cli.paint('red', `${filename}${line === null ? '' : `:${line}`}: ${message.split('\n')[0]}`))
  if (total > entries.length) cli.note(cli.paint('red', `and ${total - entries.length} more files that do not parse`))
}
