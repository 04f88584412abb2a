/** Datasets and their events, in the names and shapes of Airflow 3's REST API, where a dataset is an asset. What Airflow does not have stands beside it. */
import { type Static, Type } from 'typebox'
import {
  anyObject,
  dagIdParam,
  instant,
  instantRange,
  namePattern,
  nullableInstant,
  nullableRef,
  nullableText,
  oneOf,
  orderBy,
  pageQuery,
  ref,
  runIdParam,
  text,
} from './common.ts'
import { apiRunStates } from './states.ts'

const dagReference = { dag_id: text(), created_at: instant(), updated_at: instant() }

export const AssetDagReference = Type.Object(dagReference, { $id: 'DagScheduleAssetReference' })
export const AssetTaskReference = Type.Object({ ...dagReference, task_id: text() }, { $id: 'TaskOutletAssetReference' })
export const LastAssetEvent = Type.Object({ id: Type.Integer(), timestamp: instant() }, { $id: 'LastAssetEventResponse' })

export const Asset = Type.Object(
  {
    id: Type.Integer({ description: 'Follows from the URI.' }),
    name: text('The URI.'),
    uri: text(),
    group: text('Always `asset`.'),
    extra: anyObject(),
    created_at: instant('When it was first spoken of.'),
    updated_at: instant(),
    scheduled_dags: Type.Array(ref(AssetDagReference), { description: 'DAGs that wait for it.' }),
    producing_tasks: Type.Array(ref(AssetTaskReference), { description: 'Tasks with it among their outlets.' }),
    consuming_tasks: Type.Array(ref(AssetTaskReference), { description: 'Tasks with it among their inlets.' }),
    aliases: Type.Array(Type.Any()),
    last_asset_event: nullableRef(LastAssetEvent),
    event_count: Type.Integer({ description: 'Events that are kept.' }),
  },
  { $id: 'AssetResponse' },
)
export type Asset = Static<typeof Asset>
export const AssetCollection = Type.Object({ assets: Type.Array(ref(Asset)), total_entries: Type.Integer() }, { $id: 'AssetCollectionResponse' })

/** A run that took an event. */
export const AssetDagRun = Type.Object(
  {
    run_id: text(),
    dag_id: text(),
    logical_date: nullableInstant(),
    start_date: nullableInstant(),
    end_date: nullableInstant(),
    state: oneOf(apiRunStates),
    data_interval_start: nullableInstant(),
    data_interval_end: nullableInstant(),
  },
  { $id: 'DagRunAssetReference' },
)

const eventFields = {
  id: Type.Integer({ description: 'Follows from its place on topic dataset-events.' }),
  asset_id: Type.Integer(),
  uri: text(),
  name: text('The URI.'),
  group: text(),
  extra: anyObject('What its producer attached.'),
  source_dag_id: nullableText('Null: it came from outside.'),
  source_run_id: nullableText(),
  source_task_id: nullableText(),
  source_map_index: Type.Integer({ description: '-1: not mapped.' }),
  timestamp: instant('When it happened, by its producer.'),
  event_id: text('Its id: a DAG takes an id of a dataset once.'),
  producer: nullableText('The program that published it.'),
}

export const AssetEvent = Type.Object(
  { ...eventFields, created_dagruns: Type.Array(ref(AssetDagRun), { description: 'Runs that took it.' }) },
  { $id: 'AssetEventResponse' },
)
export type AssetEvent = Static<typeof AssetEvent>
export const AssetEventCollection = Type.Object(
  { asset_events: Type.Array(ref(AssetEvent)), total_entries: Type.Integer() },
  { $id: 'AssetEventCollectionResponse' },
)

/** An event on the live stream, when a GET shows it. */
export const LiveAssetEvent = Type.Object(eventFields, { $id: 'LiveAssetEvent' })
export type LiveAssetEvent = Static<typeof LiveAssetEvent>

export const CreateAssetEvent = Type.Object(
  {
    asset_id: Type.Optional(Type.Integer({ minimum: 0, description: 'The dataset; or give its uri.' })),
    uri: Type.Optional(Type.String({ minLength: 1, maxLength: 1500, description: 'The dataset; it may be a new one.' })),
    extra: Type.Optional(anyObject('At most 48 KiB of JSON.')),
    event_id: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: 'Sent twice with the same id, it counts once. Left out: a new one.' })),
    timestamp: Type.Optional(instant('When it happened. Default: now.')),
  },
  { $id: 'CreateAssetEventsBody', additionalProperties: false },
)
export type CreateAssetEvent = Static<typeof CreateAssetEvent>

const queued = {
  asset_id: Type.Integer(),
  uri: text(),
  dag_id: text(),
  dag_display_name: text(),
  created_at: instant('Of the oldest.'),
  events: Type.Integer(),
}
/** Airflow has one for each dataset of which something waits for a DAG; `events` says how much. */
export const QueuedEvent = Type.Object(queued, { $id: 'QueuedEventResponse' })
export const QueuedEventCollection = Type.Object(
  { queued_events: Type.Array(ref(QueuedEvent)), total_entries: Type.Integer() },
  { $id: 'QueuedEventCollectionResponse' },
)

/** What a DAG waits for: `{ asset: { uri, ... } }`, `{ all: [...] }` or `{ any: [...] }`, as Airflow has it. */
const expression = Type.Any({ description: '`{ asset: { uri, name, group, id } }`, `{ all: [...] }` or `{ any: [...] }`.' })

export const AssetWait = Type.Object(
  {
    asset_id: Type.Integer(),
    uri: text(),
    events: Type.Integer({ description: 'How many wait.' }),
    oldest: nullableInstant(),
    newest: nullableInstant(),
  },
  { $id: 'AssetWait' },
)
export const DagAssetWaits = Type.Object(
  {
    dag_id: text(),
    is_paused: Type.Boolean(),
    asset_expression: expression,
    condition: text('The expression in words.'),
    events_mode: text('`batch`, `each`, `max 100`, `within 5m`.'),
    on_unpause: oneOf(['skip', 'consume']),
    assets: Type.Array(ref(AssetWait)),
    sentence: text('What waits and what is missing, in words: "file:///a: 3 events, file:///b: none; needs all".'),
    is_due: Type.Boolean({ description: 'The condition holds over what waits: a run comes, as soon as a pause, a limit or a window lets it.' }),
  },
  { $id: 'DagAssetWaits' },
)
export type DagAssetWaits = Static<typeof DagAssetWaits>
export const DagAssetWaitsCollection = Type.Object({ dags: Type.Array(ref(DagAssetWaits)) }, { $id: 'DagAssetWaitsCollection' })

const assetOrder = ['id', 'uri', 'name', 'created_at', 'updated_at'] as const
const eventOrder = ['id', 'timestamp', 'asset_id', 'source_dag_id', 'source_run_id', 'source_task_id'] as const

export const AssetsQuery = Type.Object({
  ...pageQuery,
  uri_pattern: namePattern('the URI'),
  name_pattern: namePattern('the URI'),
  dag_ids: Type.Optional(Type.Array(dagIdParam, { maxItems: 100, description: 'Datasets that one of these DAGs waits for, updates or reads.' })),
  order_by: orderBy(assetOrder),
})
export type AssetsQuery = Static<typeof AssetsQuery>

export const AssetEventsQuery = Type.Object({
  ...pageQuery,
  asset_id: Type.Optional(Type.Integer({ minimum: 0 })),
  uri: Type.Optional(Type.String({ maxLength: 1500 })),
  source_dag_id: Type.Optional(dagIdParam),
  source_run_id: Type.Optional(runIdParam),
  source_task_id: Type.Optional(Type.String({ maxLength: 250 })),
  source_map_index: Type.Optional(Type.Integer({ minimum: -1 })),
  ...instantRange('timestamp'),
  order_by: orderBy(eventOrder),
})
export type AssetEventsQuery = Static<typeof AssetEventsQuery>
