import { type Static, Type } from 'typebox'
import { instant, nullableInstant, nullableText, oneOf, ref, text } from './common.ts'

export const watcherStates = ['starting', 'watching', 'waiting_for_topic', 'unreachable', 'failed', 'silent'] as const

export const Watcher = Type.Object(
  {
    incarnation: text('One life of a triggerer.'),
    hostname: text(),
    pid: Type.Integer(),
    seen_at: instant('Newest heartbeat.'),
    cluster: text("Connection; kafka_default is the installation's own brokers."),
    topic: text(),
    state: oneOf(watcherStates, 'unreachable: the cluster does not answer. silent: no heartbeat for 90 s.'),
    asset_uris: Type.Array(text(), { description: 'The assets whose events its messages are.' }),
    partitions: Type.Array(Type.Integer(), { description: 'Its share of the topic.' }),
    lag: Type.Integer({ description: 'Messages of its share that are not worked on yet.' }),
    messages: Type.Integer({ description: 'Looked at since its start.' }),
    events: Type.Integer({ description: 'Asset events made since its start.' }),
    dead_letters: Type.Integer({ description: 'Messages that could not be read or judged since its start.' }),
    error: nullableText(),
    error_at: nullableInstant(),
  },
  { $id: 'Watcher' },
)
export type Watcher = Static<typeof Watcher>

export const WatcherCollection = Type.Object({ watchers: Type.Array(ref(Watcher)), total_entries: Type.Integer() }, { $id: 'WatcherCollection' })
export type WatcherCollection = Static<typeof WatcherCollection>

export const WatchersQuery = Type.Object({
  asset_uri: Type.Optional(Type.String({ minLength: 1, maxLength: 1500, description: 'Only those that watch for this asset.' })),
})
export type WatchersQuery = Static<typeof WatchersQuery>
