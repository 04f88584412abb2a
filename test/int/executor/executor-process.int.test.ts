/** Executors as processes of their own: the leader is killed, or stopped and woken again, in the middle of a run. Nothing is lost, nothing starts twice. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../../services/platform/config.ts'
import { CommonConfig } from '../../../services/platform/config-common.ts'
import { makeLog } from '../../../services/platform/log.ts'
import { migrate } from '../../../services/platform/migrate.ts'
import { type OpenPlatform, openPlatform } from '../../../services/platform/open-platform.ts'
import { freshTopicPrefix, stackEnv } from '../../support/stack-env.ts'
import { type FakeScheduler, type FakeWorker, openScheduler, openStatuses, openWorker } from './executor-world.ts'

const main = fileURLToPath(new URL('../../../dist/services/executor/main.js', import.meta.url))
const env = {
  KAFKA_BROKERS: stackEnv('KAFKA_BROKERS'),
  SCHEMA_REGISTRY_URL: stackEnv('SCHEMA_REGISTRY_URL'),
  MILLRACE_TOPIC_PREFIX: freshTopicPrefix(),
  MILLRACE_COLUMNS: '3',
  MILLRACE_LOG_LEVEL: 'fatal',
}
const children = new Map<number, ChildProcess>()
let platform: OpenPlatform
let scheduler: FakeScheduler
let workers: FakeWorker[]
let watch: Awaited<ReturnType<typeof openStatuses>>

const start = (): void => {
  const child = spawn(process.execPath, [main], { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'inherit', 'inherit'] })
  if (child.pid !== undefined) children.set(child.pid, child)
}

/** The pid of the executor that spoke last, once it is none of these. */
const leaderOtherThan = async (...pids: readonly number[]): Promise<number> => {
  await watch.statuses.until('another leads', (seen) => seen.length > 0 && !pids.includes(seen.at(-1)?.pid ?? -1))
  return watch.statuses.seen.at(-1)?.pid ?? -1
}
const signal = (pid: number, name: NodeJS.Signals): void => void children.get(pid)?.kill(name)
const starts = (): string[] => workers.flatMap((w) => w.started.seen.map((c) => c.token))
const untilStarted = (count: number): Promise<unknown> => Promise.race(workers.map((w) => w.started.until(`${count} starts`, () => starts().length >= count)))

beforeAll(async () => {
  const config = readConfig(CommonConfig, env)
  const log = makeLog('test', 'silent')
  await migrate(config, log)
  platform = await openPlatform(config, 'test', log)
  watch = await openStatuses(platform)
  scheduler = await openScheduler(platform, 'd')
  workers = [await openWorker(platform, 'w1', { slots: 4 }), await openWorker(platform, 'w2', { slots: 4 })]
  start()
  await leaderOtherThan()
  start()
})
afterEach(() => {
  expect(starts()).toHaveLength(new Set(starts()).size)
  expect(scheduler.reports.seen.filter((r) => r.body.type === 'AttemptLost')).toEqual([])
})
afterAll(async () => {
  for (const child of children.values()) child.kill('SIGKILL')
  await Promise.all(workers.map((w) => w.leave()))
  await scheduler.close()
  await watch.close()
  await platform.close()
})

const tasks = Array.from({ length: 40 }, (_, i) => ({ taskId: `t${i}` }))

test('kill -9 of the leader: the other one takes over', async () => {
  const leader = await leaderOtherThan()
  const run = await scheduler.run(tasks, { maxActiveTasks: 40 })
  await untilStarted(8)
  signal(leader, 'SIGKILL')
  await leaderOtherThan(leader)
  expect(starts()).toHaveLength(8)
  await Promise.all(workers.map((w) => w.finishAll()))
  await scheduler.untilState(run, 'success')
  expect(starts()).toHaveLength(40)
})

test('SIGSTOP of the leader: the other one takes over, and the zombie that wakes changes nothing', async () => {
  start()
  const leader = watch.statuses.seen.at(-1)?.pid ?? -1
  signal(leader, 'SIGSTOP')
  const run = await scheduler.run(tasks, { maxActiveTasks: 40 })
  const next = await leaderOtherThan(leader)
  signal(leader, 'SIGCONT')
  await scheduler.untilState(run, 'success')
  expect(starts()).toHaveLength(80)
  const again = await scheduler.run(tasks, { maxActiveTasks: 40 })
  await scheduler.untilState(again, 'success')
  expect(starts()).toHaveLength(120)
  signal(next, 'SIGTERM')
  await leaderOtherThan(next)
})
