/** The triggerer as a process of its own, killed (kill -9) again and again while messages come at full speed: nothing is lost, and what comes again has the same id. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtEntry } from '../../../services/dev/repo-root.ts'
import { stackEnv } from '../../support/stack-env.ts'
import { until } from '../../support/until.ts'
import { openWatchWorld, type WatchWorld } from './watch-world.ts'

const messages = 20_000
const partitions = 4
let world: WatchWorld
let dataDir: string
let triggerer: ChildProcess | null = null

beforeAll(async () => {
  world = await openWatchWorld()
  dataDir = await mkdtemp(join(tmpdir(), 'millrace-kill-'))
}, 120_000)
afterAll(async () => {
  triggerer?.kill('SIGKILL')
  await world?.close()
  await rm(dataDir, { recursive: true, force: true })
}, 60_000)

const start = (): ChildProcess => {
  const { topicPrefix, columns } = world.stack.config
  return spawn(process.execPath, [builtEntry('triggerer', 'main.js')], {
    stdio: 'ignore',
    env: {
      ...{ PATH: process.env.PATH ?? '', MILLRACE_TOPIC_PREFIX: topicPrefix, MILLRACE_COLUMNS: String(columns), MILLRACE_LOG_LEVEL: 'silent' },
      ...{ KAFKA_BROKERS: stackEnv('KAFKA_BROKERS'), SCHEMA_REGISTRY_URL: stackEnv('SCHEMA_REGISTRY_URL'), MILLRACE_DATA_DIR: dataDir },
    },
  })
}

it('takes every message exactly once, by its ids', async () => {
  const topic = await world.topic(partitions)
  const uri = `kafka://${topic}`
  await world.publish(topic, [
    { uri, topic, filter: 'value % 20 == 0', extra: "{'n': value}" },
    { uri: `${uri}/batches`, topic, batch: { count: 300, within: '1s' }, extra: "{'n': value}" },
  ])
  triggerer = start()
  const isWatching = (): boolean =>
    [...world.statuses.values()].some(({ topics }) =>
      topics.some((each) => each.topic === topic && each.state === 'watching' && each.partitions.length === partitions),
    )
  await until('the topic is watched', isWatching, 60_000)
  const numbers = Array.from({ length: messages }, (_, n) => n)
  const producing = world.produce(topic, numbers, partitions)
  for (let deaths = 0; deaths < 3; deaths++) {
    const before = world.events.length
    await until('something is made of them', () => world.events.length > before + 20, 60_000)
    triggerer.kill('SIGKILL')
    triggerer = start()
  }
  await producing
  const each = () => new Map(world.eventsOf(uri).map((event) => [event.id, Number(JSON.parse(event.extra).n)]))
  const listed = () =>
    [...new Map(world.eventsOf(`${uri}/batches`).map((event) => [event.id, event.extra])).values()].flatMap((extra) =>
      JSON.parse(extra).messages.map(({ n }: { n: number }) => n),
    )
  await until('all are taken', () => each().size >= messages / 20 && listed().length >= messages, 90_000)
  expect([...each().values()].sort((a, b) => a - b)).toEqual(numbers.filter((n) => n % 20 === 0))
  expect(listed().sort((a, b) => a - b)).toEqual(numbers)
}, 300_000)
