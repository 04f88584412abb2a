/**
 * SEMANTICS 6 counted on real parts: another program publishes updates of two datasets as fast as it can, some of them twice; in the middle of it two
 * paused consumers are unpaused and the scheduler is killed. By the journal each event that a consumer is entitled to is in one run of it, and the public
 * feed says the same. (test/prop/core/datasets.prop.test.ts has the timings that no real run would show.)
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { columnOf } from '../../../services/core/column.ts'
import type { Dag } from '../../../services/core/column-state.ts'
import type { Event, EventOf } from '../../../services/core/events.ts'
import { datasetEventRecord } from '../../../services/platform/bus/dataset-event-record.ts'
import type { OpenPlatform } from '../../../services/platform/open-platform.ts'
import { openWorld, untilTakesWork, type World } from '../../chaos/world.ts'
import { apiClient } from '../../support/api-client.ts'
import { datasetEvent, jsonEvent } from '../../support/dataset-scheduler-cases.ts'
import { type JournalTruth, openJournalTruth } from '../../support/journal-truth.ts'
import { buildMillrace } from '../../support/millrace.ts'
import { type FreshDatabase, freshDatabase, freshTopicPrefix, stackEnv } from '../../support/stack-env.ts'

const uris = ['file:///counted/a', 'file:///counted/b'] as const
const active = ['counted_single', 'counted_both'] as const
const paused = ['counted_paused', 'counted_skipping'] as const
const consumers = [...active, ...paused]
const wave = 240

let database: FreshDatabase
let world: World
let platform: OpenPlatform
let truth: JournalTruth

beforeAll(async () => {
  await buildMillrace()
  database = await freshDatabase()
  const servers = { KAFKA_BROKERS: stackEnv('KAFKA_BROKERS'), SCHEMA_REGISTRY_URL: stackEnv('SCHEMA_REGISTRY_URL'), DATABASE_URL: database.url }
  world = await openWorld({ dags: ['test/e2e/datasets/dags'], extra: [], slots: 4, env: { ...servers, MILLRACE_TOPIC_PREFIX: freshTopicPrefix() } })
  await untilTakesWork(world, active, 1)
  platform = await world.openPlatform()
  truth = await openJournalTruth(platform)
  await truth.until('all are adopted', () => consumers.every((dagId) => dagOf(dagId)), 30_000)
})
afterAll(async () => {
  await truth?.close()
  await platform?.close()
  await world?.close()
  await database?.drop()
})

const dagOf = (dagId: string): Dag | undefined => truth.columns[columnOf(dagId, platform.columns)]?.dags.get(dagId)

const eventsOf = <T extends Event['type']>(dagId: string, type: T): readonly EventOf<T>[] =>
  truth.entries.flatMap((entries) =>
    entries.flatMap((entry) =>
      entry.kind === 'decided' ? entry.events.filter((event): event is EventOf<T> => event.type === type && 'dagId' in event && event.dagId === dagId) : [],
    ),
  )

const keyOf = ({ uri, id }: { readonly uri: string; readonly id: string }): string => `${uri} ${id}`
const takenBy = (dagId: string): readonly string[] => eventsOf(dagId, 'RunCreated').flatMap(({ datasetEvents }) => datasetEvents.map(keyOf))
const arrivedAt = (dagId: string): readonly EventOf<'DatasetEventArrived'>[] => eventsOf(dagId, 'DatasetEventArrived')
const waitingFor = (dagId: string): readonly string[] => [...(dagOf(dagId)?.arrivals.waiting.values() ?? [])].flatMap((queue) => [...queue].map(keyOf))

let published = 0

/** Every fourth as JSON and the others as Avro, every fifth once more; nothing is waited for but the broker. */
const publish = async (count: number): Promise<void> => {
  const sendings = Array.from({ length: count }, async () => {
    const n = published++
    const uri = uris[n % 2] ?? uris[0]
    const record =
      n % 4 === 0 ? { ...jsonEvent(platform, { uri }, { 'event-id': `e${n}` }), key: uri } : datasetEventRecord(platform, datasetEvent(uri, `e${n}`))
    await platform.bus.send(n % 5 === 0 ? [record, record] : [record])
  })
  await Promise.all(sendings)
}

const all = (): readonly string[] => Array.from({ length: published }, (_, n) => `${uris[n % 2]} e${n}`)

test('each event is in one run of each consumer, through a pause and a scheduler that is killed', async () => {
  const api = apiClient(world.url)
  await publish(wave)
  await truth.until('runs are made', () => takenBy('counted_single').length > 0 && arrivedAt('counted_skipping').length >= wave / 2, 30_000)
  const killed = world.signal('scheduler', 'SIGKILL')
  expect(killed, 'the scheduler ran').toBeDefined()
  // What was decided before comes in between; the commands wait for the next scheduler.
  await Promise.all([publish(wave), ...paused.map((dagId) => api.unpause(dagId))])
  await truth.until('they are unpaused', () => paused.every((dagId) => dagOf(dagId)?.paused === false), 30_000)
  await publish(wave)
  await truth.until(
    'nothing waits that a run could take',
    () => consumers.every((dagId) => arrivedAt(dagId).length >= published && waitingFor(dagId).length === 0),
    60_000,
  )
  await truth.until(
    'all runs have ended',
    () => consumers.every((dagId) => [...(dagOf(dagId)?.runs.values() ?? [])].every(({ state }) => state === 'success')),
    60_000,
  )

  for (const dagId of consumers) {
    expect(arrivedAt(dagId).map(keyOf).toSorted(), `${dagId}: what came`).toEqual(all().toSorted())
    // onUnpause 'skip': what came before that is let go of, and only that.
    const skipped = eventsOf(dagId, 'DatasetEventsSkipped')
    const through = dagId === 'counted_skipping' ? (skipped[0]?.through ?? -1) : -1
    expect(skipped.length, `${dagId}: how often events were let go of`).toBe(dagId === 'counted_skipping' ? 1 : 0)
    const entitled = arrivedAt(dagId).filter(({ arrival }) => arrival > through)
    expect(takenBy(dagId).toSorted(), `${dagId}: what runs took`).toEqual(entitled.map(keyOf).toSorted())
    expect(entitled.length, `${dagId}: something is left to take`).toBeGreaterThanOrEqual(wave)
  }
  expect(eventsOf('counted_both', 'RunCreated').map(({ datasetEvents }) => datasetEvents.map(({ uri }) => uri).toSorted())).toEqual(
    Array.from({ length: published / 2 }, () => uris),
  )
  await expectOfFeed()
})

/** Whoever reads the public feed counts the same, run by run. */
const expectOfFeed = async (): Promise<void> => {
  const told = new Map<string, readonly string[]>()
  const wanted = new Map(
    consumers.flatMap((dagId) => eventsOf(dagId, 'RunCreated').map(({ runId, datasetEvents }) => [`${dagId}/${runId}`, datasetEvents.map(keyOf)] as const)),
  )
  await new Promise<void>((resolve, reject) => {
    const reading = platform.bus.subscribe({
      topics: [platform.topic('run-events')],
      assignment: { kind: 'all' },
      start: () => 'beginning',
      onRecords(records) {
        for (const { key, value } of records) {
          const event = value === null ? null : platform.codec.decode('RunEvent', value)
          if (key !== null && event?.kind === 'run' && event.datasetEvents.length > 0) told.set(key, event.datasetEvents.map(keyOf))
        }
        if (told.size >= wanted.size) reading.then((it) => it.close()).then(resolve, reject)
      },
      onFailed: reject,
    })
    reading.catch(reject)
  })
  expect(told).toEqual(wanted)
}
