/**
 * Counts, outside of what is tested, what becomes of the messages of a watched topic: the runs by the public feed, what each took by its dataset
 * events. Every message that counts must have one run, and every message must stand in the list of one run.
 */
import { Kafka, logLevel } from 'kafkajs'
import type { DatasetEvent } from '../../schemas/generated/records.ts'
import type { Incoming } from '../../services/platform/bus/port.ts'
import type { Platform } from '../../services/platform/platform.ts'
import { makeTopic } from '../support/make-topic.ts'
import { until } from '../support/until.ts'

/** As the DAGs of watch-dags name it. */
export const countedTopic = (topicPrefix: string): string => `${topicPrefix}counted`
export const partitions = 6
const every = 20
const eachUri = 'kafka://counted/each'
const batchesUri = 'kafka://counted/batches'

export interface Seen {
  /** Events that each run took, by DAG and run. */
  readonly runs: ReadonlyMap<string, { readonly dagId: string; readonly eventIds: readonly string[]; state: string }>
  /** By URI and id. */
  readonly events: ReadonlyMap<string, DatasetEvent>
  /** How often an event was sent: redelivery may. */
  readonly sent: number
}

export interface Verdict {
  readonly messages: number
  /** Runs of mode each: wanted, made, and how many of them ended in success. */
  readonly eachWanted: number
  readonly eachRuns: number
  readonly eachSucceeded: number
  /** Messages without a run, and with more than one. */
  readonly eachLost: number
  readonly eachDoubled: number
  readonly batchRuns: number
  readonly batchSucceeded: number
  /** Messages in no run's list, and in more than one. */
  readonly batchLost: number
  readonly batchDoubled: number
  /** Dataset events that were sent again after a death: dropped by their ids. */
  readonly sentAgain: number
}

/** Follows the feeds from their beginning. */
export const follow = async (platform: Platform): Promise<{ readonly seen: Seen; close(): Promise<void> }> => {
  const runs = new Map<string, { dagId: string; eventIds: readonly string[]; state: string }>()
  const events = new Map<string, DatasetEvent>()
  let sent = 0
  const take = ({ topic, value }: Incoming): void => {
    if (value === null) return
    if (topic === platform.topic('dataset-events')) {
      const event = platform.codec.decode('DatasetEvent', value)
      sent++
      events.set(`${event.uri} ${event.id}`, event)
      return
    }
    const event = platform.codec.decode('RunEvent', value)
    const { dagId, runId, state, datasetEvents } = event
    if (runId === null || runId === '' || !dagId.startsWith('counted_')) return
    const known = runs.get(`${dagId} ${runId}`) ?? { dagId, eventIds: [], state: '' }
    runs.set(`${dagId} ${runId}`, {
      dagId,
      eventIds: datasetEvents.length > 0 ? datasetEvents.map(({ uri, id }) => `${uri} ${id}`) : known.eventIds,
      state: state ?? known.state,
    })
  }
  const reading = await platform.bus.subscribe({
    topics: [platform.topic('run-events'), platform.topic('dataset-events')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => {
      for (const record of records) take(record)
    },
    onFailed: (error) => {
      throw error
    },
  })
  return {
    seen: {
      runs,
      events,
      get sent() {
        return sent
      },
    },
    close: () => reading.close(),
  }
}

/** The topic, before the installation watches it or after. */
export const makeCountedTopic = async (brokers: string, topic: string): Promise<void> => {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await makeTopic(admin, topic, partitions)
  await admin.disconnect()
}

/** As fast as it goes. */
export const produceCounted = async (brokers: string, topic: string, messages: number): Promise<void> => {
  const producer = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).producer({ allowAutoTopicCreation: false })
  await producer.connect()
  for (let at = 0; at < messages; at += 1000)
    await producer.send({
      topic,
      messages: Array.from({ length: Math.min(1000, messages - at) }, (_, i) => ({ value: JSON.stringify({ n: at + i }), partition: (at + i) % partitions })),
    })
  await producer.disconnect()
}

const numbersOf = ({ extra }: DatasetEvent): readonly number[] => {
  const given = JSON.parse(extra) as { readonly n?: number; readonly messages?: readonly { readonly n: number }[] }
  return given.messages === undefined ? [given.n ?? -1] : given.messages.map(({ n }) => n)
}

export const judge = ({ runs, events, sent }: Seen, messages: number): Verdict => {
  const of = (dagId: string) => [...runs.values()].filter((run) => run.dagId === dagId)
  const taken = (dagId: string): number[] =>
    of(dagId).flatMap(({ eventIds }) =>
      eventIds.flatMap((id) => {
        const event = events.get(id)
        return event === undefined ? [-1] : numbersOf(event)
      }),
    )
  const succeeded = (dagId: string): number => of(dagId).filter(({ state }) => state === 'success').length
  const each = taken('counted_each')
  const batch = taken('counted_batches')
  const wanted = Array.from({ length: messages }, (_, n) => n)
  const missing = (numbers: readonly number[], all: readonly number[]): number => {
    const there = new Set(numbers)
    return all.filter((n) => !there.has(n)).length
  }
  return {
    messages,
    eachWanted: Math.ceil(messages / every),
    eachRuns: of('counted_each').length,
    eachSucceeded: succeeded('counted_each'),
    eachLost: missing(
      each,
      wanted.filter((n) => n % every === 0),
    ),
    eachDoubled: each.length - new Set(each).size,
    batchRuns: of('counted_batches').length,
    batchSucceeded: succeeded('counted_batches'),
    batchLost: missing(batch, wanted),
    batchDoubled: batch.length - new Set(batch).size,
    sentAgain: sent - [...events.keys()].filter((key) => key.startsWith(`${eachUri} `) || key.startsWith(`${batchesUri} `)).length,
  }
}

export const isRight = (verdict: Verdict): boolean =>
  verdict.eachRuns === verdict.eachWanted &&
  verdict.eachSucceeded === verdict.eachRuns &&
  verdict.batchSucceeded === verdict.batchRuns &&
  [verdict.eachLost, verdict.eachDoubled, verdict.batchLost, verdict.batchDoubled].every((count) => count === 0)

/** Waits until all that is wanted is there and nothing moves any more; what is wrong then stays wrong. */
export const untilCounted = async (seen: Seen, messages: number, limitMs: number): Promise<Verdict> => {
  let verdict = judge(seen, messages)
  await until(
    'every message has its run',
    () => {
      verdict = judge(seen, messages)
      return isRight(verdict)
    },
    limitMs,
    500,
  ).catch(() => undefined) // the verdict says what is missing
  return verdict
}

export const untilWatched = (url: string, counted: string): Promise<void> =>
  until(
    'the topic is watched',
    async () => {
      const response = await fetch(`${url}/ui/watchers`).catch(() => undefined)
      if (!response?.ok) return false
      const { watchers } = (await response.json()) as { watchers: { topic: string; state: string; partitions: number[] }[] }
      return (
        watchers.filter(({ topic, state }) => topic === counted && state === 'watching').reduce((sum, each) => sum + each.partitions.length, 0) === partitions
      )
    },
    120_000,
    200,
  )
