import { Command } from 'commander'
import type { Asset, AssetEvent, DagAssetWaits } from '../../../schemas/http/assets.ts'
import { type Cli, noteRest, printList } from '../cli.ts'
import { path } from '../http/api.ts'
import { listAll } from '../http/list-all.ts'
import { isoInstant, jsonObject, jsonOption, limitOption } from '../options.ts'
import { table } from '../print/table.ts'

interface ListOptions {
  readonly limit: number
  readonly json?: boolean
}

export const datasetsList = (cli: Cli): Command =>
  new Command('list')
    .description('list datasets, who updates them and who waits for them')
    .argument('[pattern]', 'part of the URI')
    .addOption(limitOption(100))
    .addOption(jsonOption())
    .action(async (pattern: string | undefined, { limit, json }: ListOptions) => {
      const { entries, total } = await listAll<Asset>(cli.api, '/api/v2/assets', 'assets', limit, { uri_pattern: pattern })
      const asTable = (): string =>
        table(entries, [
          { heading: 'DATASET', of: ({ uri }) => uri },
          { heading: 'EVENTS', of: ({ event_count }) => event_count, align: 'right' },
          { heading: 'LAST', of: ({ last_asset_event }) => last_asset_event?.timestamp },
          { heading: 'UPDATED BY', of: ({ producing_tasks }) => producing_tasks.map(({ dag_id, task_id }) => `${dag_id}/${task_id}`).join(', ') },
          { heading: 'WAITED FOR BY', of: ({ scheduled_dags }) => scheduled_dags.map(({ dag_id }) => dag_id).join(', ') },
        ])
      printList(
        cli,
        json,
        entries,
        asTable,
        "there are no datasets: name one in a task's outlets or a DAG's schedule, or publish: millrace datasets publish <uri>",
      )
      noteRest(cli, entries.length, total)
    })

export const datasetsEvents = (cli: Cli): Command =>
  new Command('events')
    .description('list dataset events, newest first, and the runs that took them')
    .argument('[uri]', 'only of this dataset')
    .addOption(limitOption(50))
    .addOption(jsonOption())
    .action(async (uri: string | undefined, { limit, json }: ListOptions) => {
      const { entries, total } = await listAll<AssetEvent>(cli.api, '/api/v2/assets/events', 'asset_events', limit, { uri })
      const asTable = (): string =>
        table(entries, [
          { heading: 'AT', of: ({ timestamp }) => timestamp },
          ...(uri === undefined ? [{ heading: 'DATASET', of: (event: AssetEvent) => event.uri }] : []),
          { heading: 'FROM', of: sourceText },
          { heading: 'EXTRA', of: ({ extra }) => JSON.stringify(extra) },
          { heading: 'TAKEN BY', of: ({ created_dagruns }) => created_dagruns.map(({ dag_id, run_id }) => `${dag_id}/${run_id}`).join(', ') },
        ])
      printList(
        cli,
        json,
        entries,
        asTable,
        'there are no events: a task with the dataset in its outlets makes one when it succeeds, or publish: millrace datasets publish <uri>',
      )
      noteRest(cli, entries.length, total)
    })

const sourceText = ({ source_dag_id, source_task_id, source_map_index, producer }: AssetEvent): string | null =>
  source_dag_id === null ? producer : `${source_dag_id}/${source_task_id}${source_map_index < 0 ? '' : `[${source_map_index}]`}`

interface PublishOptions {
  readonly extra?: { readonly [key: string]: unknown }
  readonly id?: string
  readonly at?: string
  readonly json?: boolean
}

export const datasetsPublish = (cli: Cli): Command =>
  new Command('publish')
    .description('say that a dataset was updated: DAGs that wait for it run')
    .argument('<uri>', 'the dataset')
    .option('--extra <json>', 'a JSON object that travels with it', jsonObject)
    .option('--id <id>', 'its id: published twice with the same one, it counts once')
    .option('--at <time>', 'when it happened (default: now)', isoInstant)
    .addOption(jsonOption())
    .action(async (uri: string, { extra, id, at, json }: PublishOptions) => {
      const event = await cli.api.send<AssetEvent>('POST', '/api/v2/assets/events', {
        uri,
        ...(extra === undefined ? {} : { extra }),
        ...(id === undefined ? {} : { event_id: id }),
        ...(at === undefined ? {} : { timestamp: at }),
      })
      cli.print(json ? JSON.stringify(event, null, 2) : `${event.uri} ${event.event_id}`)
    })

export const datasetsWaits = (cli: Cli): Command =>
  new Command('waits')
    .description('show what a DAG waits for, and what of it is there')
    .argument('<dag>', 'its id')
    .addOption(jsonOption())
    .action(async (dagId: string, { json }: { readonly json?: boolean }) => {
      const waits = await cli.api.get<DagAssetWaits>(path`/ui/dags/${dagId}/waits`)
      cli.print(json ? JSON.stringify(waits, null, 2) : `${waits.sentence}${waits.is_paused ? ' (the DAG is paused)' : ''}`)
    })
