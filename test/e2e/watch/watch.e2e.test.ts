/** A watched topic under a whole Millrace: the example, and the short form of the counting test (`npm run chaos:watch` is the long one). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countedTopic, follow, makeCountedTopic, produceCounted, untilCounted, untilWatched } from '../../chaos/watch-count.ts'
import { openWorld, untilTakesWork, type World } from '../../chaos/world.ts'
import { apiClient } from '../../support/api-client.ts'
import { buildMillrace } from '../../support/millrace.ts'
import { type FreshDatabase, freshDatabase, freshTopicPrefix, stackEnv } from '../../support/stack-env.ts'
import { until } from '../../support/until.ts'

const messages = 4000
const brokers = stackEnv('KAFKA_BROKERS')
const topicPrefix = freshTopicPrefix()
const topic = countedTopic(topicPrefix)
let database: FreshDatabase
let world: World

beforeAll(async () => {
  await buildMillrace()
  database = await freshDatabase()
  const env = { KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: stackEnv('SCHEMA_REGISTRY_URL'), DATABASE_URL: database.url, MILLRACE_TOPIC_PREFIX: topicPrefix }
  world = await openWorld({ dags: ['test/chaos/watch-dags', 'dags'], extra: [], slots: 8, env })
  await untilTakesWork(world, ['counted_each', 'counted_batches'], 1)
}, 300_000)
afterAll(async () => {
  await world?.close()
  await database?.drop()
}, 60_000)

describe('a watched topic', () => {
  test('takes every message exactly once, whoever is killed', async () => {
    await makeCountedTopic(brokers, topic)
    await untilWatched(world.url, topic)
    const platform = await world.openPlatform()
    const { seen, close } = await follow(platform)
    const producing = produceCounted(brokers, topic, messages)
    for (const name of ['triggerer', 'scheduler', 'executor']) {
      const before = seen.events.size
      world.signal(name, 'SIGKILL')
      await until('something moves', () => seen.events.size > before || seen.events.size >= messages / 20, 60_000)
    }
    await producing
    const verdict = await untilCounted(seen, messages, 180_000)
    await close()
    await platform.close()
    expect(verdict).toMatchObject({
      ...{ eachWanted: messages / 20, eachRuns: messages / 20, eachSucceeded: messages / 20, eachLost: 0, eachDoubled: 0 },
      ...{ batchSucceeded: verdict.batchRuns, batchLost: 0, batchDoubled: 0 },
    })
  }, 300_000)

  test('12 kafka: orders that are sent make a run for each big one, and a sum', async () => {
    const api = apiClient(world.url)
    for (const dagId of ['kafka_sell', 'kafka_big_orders']) await api.unpause(dagId)
    const runId = await api.trigger('kafka_sell')
    expect((await api.ended('kafka_sell', runId)).state).toBe('success')
    await until('two runs for two big orders', async () => (await api.runs('kafka_big_orders')).filter(({ state }) => state === 'success').length >= 2, 60_000)
  }, 120_000)
})
