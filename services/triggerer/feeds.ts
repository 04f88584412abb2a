/** Triggers that follow topics: another DAG's tasks and runs, datasets, messages of any topic. One subscription for each topic, whoever waits. */
import type { RunEvent } from '../../schemas/generated/records.ts'
import { columnOf } from '../core/column.ts'
import type { Json, JsonObject } from '../core/dag.ts'
import { ensureError, MillraceError } from '../core/errors.ts'
import type { Trigger } from '../core/trigger.ts'
import { type Feed, makeFeed } from '../holder/feed.ts'
import { awaitRunEvent, dagOfKey, isEndOf, makeRunFeed } from '../holder/run-feed.ts'
import type { Platform } from '../platform/platform.ts'
import { type DatasetMessage, readDatasetMessage } from './dataset-message.ts'
import { isEndOfTasks, makeTaskWatch } from './external-task.ts'
import { type Message, matchMessage, readMessage } from './kafka-message.ts'

export interface Feeds {
  /** Resolves with the event; rejects when the signal aborts, or when nobody can wait for that. */
  wait(trigger: Trigger, signal: AbortSignal, tell: (text: string) => void): Promise<Json>
  close(): Promise<void>
}

const dayMs = 86_400_000
const anyKey = ''

export const openFeeds = (platform: Platform, onFailed: (error: Error) => void): Feeds => {
  const { codec, columns, topic } = platform
  const runs = makeRunFeed(platform, onFailed)
  const tasks = makeFeed({
    platform,
    topic: topic('task-events'),
    keysOf: ({ key }) => [dagOfKey(key)],
    read: ({ value }) => (value === null ? null : codec.decode('TaskEvent', value)),
    onFailed,
  })
  const datasets = makeFeed<DatasetMessage>({
    platform,
    topic: topic('dataset-events'),
    // Its uri may stand in the value alone.
    keysOf: () => [anyKey],
    read: (record) => readDatasetMessage(codec, record),
    onFailed,
  })
  const messages = new Map<string, Feed<Message>>()

  const messagesOf = (name: string): Feed<Message> => {
    const known = messages.get(name)
    if (known) return known
    const feed = makeFeed<Message>({
      platform,
      topic: name,
      keysOf: ({ key }) => (key === null ? [anyKey] : [anyKey, `k${key}`]),
      read: readMessage,
      // Somebody else's topic: what becomes of it ends its waits, not us.
      onFailed: (error) => platform.log.error({ topic: name, error: error.message }, 'a watched topic cannot be read'),
    })
    messages.set(name, feed)
    return feed
  }

  /** First event of the feed's key for which `take` answers one. */
  const first = <T>(
    feed: Feed<T>,
    { key, partition, since }: { readonly key: string; readonly partition: number | null; readonly since: number },
    signal: AbortSignal,
    take: (item: T) => Json | undefined,
  ): Promise<Json> =>
    new Promise((resolve, reject) => {
      const giveUp = feed.wait({
        key,
        partition,
        since,
        take(item) {
          const event = take(item)
          if (event === undefined) return false
          signal.removeEventListener('abort', onAbort)
          resolve(event)
          return true
        },
        onFailed: reject,
      })
      const onAbort = (): void => {
        giveUp()
        reject(ensureError(signal.reason))
      }
      signal.addEventListener('abort', onAbort, { once: true })
    })

  const dagRun = async (args: JsonObject, signal: AbortSignal): Promise<Json> => {
    const { dagId, runId } = { dagId: String(args.dagId), runId: String(args.runId) }
    const event = await awaitRunEvent(platform, runs, { dagId, since: Number(args.since ?? 0), isIt: isEndOf(runId) }, signal)
    return { dagId, runId, states: { run: event.state } }
  }

  const external = async (args: JsonObject, signal: AbortSignal): Promise<Json> => {
    const dagId = String(args.dagId)
    const runId = typeof args.runId === 'string' ? args.runId : null
    const logicalDate = typeof args.logicalDate === 'number' ? args.logicalDate : null
    const wanted = new Set([...((args.allowedStates ?? ['success']) as string[]), ...((args.failedStates ?? ['failed', 'upstream_failed']) as string[])])
    // A run is hardly made more than a day before its date; one that is known by its id alone is looked for as far back as the topic goes.
    const since = logicalDate === null ? 0 : logicalDate - dayMs
    const isRun = (event: { readonly runId: string | null; readonly logicalDate: number | null }): boolean =>
      runId === null ? event.logicalDate === logicalDate : event.runId === runId
    if (!Array.isArray(args.taskIds)) {
      const isIt = (event: RunEvent): boolean => event.kind === 'run' && isRun(event) && wanted.has(event.state ?? '')
      const event = await awaitRunEvent(platform, runs, { dagId, since, isIt }, signal)
      return { dagId, runId: event.runId, states: { run: event.state } }
    }
    const watch = makeTaskWatch(args.taskIds as readonly string[], isEndOfTasks(args))
    return first(tasks, { key: dagId, partition: columnOf(dagId, columns), since }, signal, (event) => {
      if (event.change !== 'state' || !isRun(event)) return undefined
      const states = watch(event)
      return states === null ? undefined : { dagId, runId: event.runId, states }
    })
  }

  return {
    wait({ kind, args }, signal, tell) {
      switch (kind) {
        case 'dag_run':
          return dagRun(args, signal)
        case 'external_task':
          return external(args, signal)
        case 'dataset': {
          const uri = String(args.uri)
          return first(datasets, { key: anyKey, partition: null, since: Number(args.since ?? Date.now()) }, signal, (event) =>
            event.uri === uri ? { ...event } : undefined,
          )
        }
        case 'kafka_message': {
          const name = String(args.topic)
          if (typeof args.cluster === 'string')
            return Promise.reject(new MillraceError('bad_option', `cluster '${args.cluster}': messages of this installation's cluster can be waited for`))
          tell(`waits for a message of topic ${name}`)
          const key = typeof args.key === 'string' ? `k${args.key}` : anyKey
          return first(messagesOf(name), { key, partition: null, since: Number(args.since ?? Date.now()) }, signal, (message) => matchMessage(args, message))
        }
        default:
          return Promise.reject(new MillraceError('bad_request', `there is no trigger of kind '${kind}' in this release`))
      }
    },
    async close() {
      await Promise.all([runs, tasks, datasets, ...messages.values()].map((feed) => feed.close()))
    },
  }
}
