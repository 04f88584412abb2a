/** Workers as processes of their own, on a real broker: kill -9, SIGSTOP, SIGTERM; no task process outlives its worker by more than a second. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../../services/platform/config.ts'
import { CommonConfig } from '../../../services/platform/config-common.ts'
import { makeLog } from '../../../services/platform/log.ts'
import { migrate } from '../../../services/platform/migrate.ts'
import { type OpenPlatform, openPlatform } from '../../../services/platform/open-platform.ts'
import { freshTopicPrefix, stackEnv } from '../../support/stack-env.ts'
import { until } from '../../support/until.ts'
import { bashTask, bundleRecords, codeTask, type FakeExecutor, openFakeExecutor, taskOf } from './fake-executor.ts'
import { groupLives, openWorkerBench } from './worker-bench.ts'

const main = fileURLToPath(new URL('../../../dist/services/worker/main.js', import.meta.url))
const env = {
  KAFKA_BROKERS: stackEnv('KAFKA_BROKERS'),
  SCHEMA_REGISTRY_URL: stackEnv('SCHEMA_REGISTRY_URL'),
  MILLRACE_TOPIC_PREFIX: freshTopicPrefix(),
  MILLRACE_COLUMNS: '3',
  MILLRACE_LOG_LEVEL: 'warn',
}
let platform: OpenPlatform
let executor: FakeExecutor
let folder: string
const processes: ChildProcess[] = []

beforeAll(async () => {
  const config = readConfig(CommonConfig, env)
  const log = makeLog('test', 'silent')
  await migrate(config, log)
  platform = await openPlatform(config, 'test', log)
  executor = await openFakeExecutor(platform)
  folder = await mkdtemp(join(tmpdir(), 'millrace-worker-'))
})
afterEach(() => {
  for (const child of processes.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  await executor?.close()
  await platform?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Starts `millrace worker` and syncs with it. */
const startProcess = async (over: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, ...env, MILLRACE_DATA_DIR: folder, MILLRACE_HOSTNAME: 'box', ...over },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  processes.push(child)
  const hello = () => executor.beats.seen.find((beat) => beat.incarnation.startsWith(`box:${child.pid}:`))
  await executor.beats.until('hello', () => hello() !== undefined)
  const me = hello()?.incarnation ?? ''
  await executor.claim()
  await executor.sync(me)
  return { child, me }
}
const pidOf = async (token: string): Promise<number> => {
  const { body } = await executor.started(token)
  return body.type === 'AttemptStarted' ? body.pid : -1
}
/** A task that ignores SIGTERM and has a child of its own. */
const stubborn = bashTask('trap "" TERM; sleep 300 & sleep 301; true')

it('serves the queues and slots of its environment, and runs attempts', async () => {
  const { me } = await startProcess({ MILLRACE_QUEUES: 'high_cpu', MILLRACE_SLOTS: '4' })
  expect(executor.beats.seen.find((beat) => beat.incarnation === me)?.body).toMatchObject({ queues: ['high_cpu'], slots: 4 })
  const token = await executor.run(me, bashTask('echo from a process'))
  expect(await executor.end(token)).toMatchObject({ type: 'AttemptSucceeded', xcoms: [{ value: '"from a process"' }] })
  expect((await executor.log(token)).map(({ text }) => text)).toContain('from a process')
})

it('M: kill -9 of the worker takes its task processes along within a second', async () => {
  const { child, me } = await startProcess()
  const groups = await Promise.all([await executor.run(me, stubborn), await executor.run(me, stubborn)].map(pidOf))
  expect(groups.map(groupLives)).toEqual([true, true])
  child.kill('SIGKILL')
  await until('no task process lives', () => !groups.some(groupLives), 1000)
})

it('M, O: SIGSTOP: the tasks are killed at 3.5 s; woken up, it says nothing of them and starts as somebody else', async () => {
  const { child, me } = await startProcess()
  const token = await executor.run(me, stubborn)
  const group = await pidOf(token)
  child.kill('SIGSTOP')
  const stoppedAt = performance.now()
  await until('no task process lives', () => !groupLives(group), 5000)
  // The executor gives the attempt away 5 s after it has read the last heartbeat, which is up to one beat older than this.
  expect(performance.now() - stoppedAt).toBeLessThan(4500)
  child.kill('SIGCONT')
  const next = () => executor.beats.seen.find((beat) => beat.incarnation !== me && beat.incarnation.startsWith(`box:${child.pid}:`))
  await executor.beats.until('another hello', () => next() !== undefined)
  await executor.sync(next()?.incarnation ?? '')
  expect((await executor.end(await executor.run(next()?.incarnation ?? '', taskOf({ operator: 'empty' })))).type).toBe('AttemptSucceeded')
  expect(executor.reports.seen.filter((report) => report.token === token).map(({ body }) => body.type)).toEqual(['AttemptStarted'])
})

it('SIGTERM drains: what runs ends, then it leaves with code 0; a second signal hands back at once', async () => {
  const { child, me } = await startProcess()
  const token = await executor.run(me, bashTask('sleep 1; echo done'))
  await executor.started(token)
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect((await executor.end(token)).type).toBe('AttemptSucceeded')
  expect(await ended).toEqual([0, null])
  expect(executor.lastBeat(me)?.body.type).toBe('WorkerLeft')

  const second = await startProcess()
  const held = await executor.run(second.me, stubborn)
  const group = await pidOf(held)
  const over = once(second.child, 'exit')
  second.child.kill('SIGTERM')
  await executor.beats.until('draining', () => {
    const body = executor.lastBeat(second.me)?.body
    return body?.type === 'WorkerBeat' && body.draining
  })
  second.child.kill('SIGINT')
  expect(await executor.end(held)).toEqual({ type: 'AttemptLost', reason: 'worker_stopped' })
  expect(await over).toEqual([0, null])
  expect(groupLives(group)).toBe(false)
})

it('answers a trivial attempt quickly (figures are printed, not asserted)', async () => {
  const bench = await openWorkerBench(platform)
  const me = (await bench.worker()).incarnation()
  const { executor: local } = bench
  await local.claim()
  await local.sync(me)
  const { hash, records } = bundleRecords(platform, `import { dag, task } from 'millrace'\nexport default dag('d', {}, () => { task('t', async () => 1) })\n`)
  await platform.bus.send(records)
  const took: number[] = []
  for (let i = 0; i < 100; i++) {
    const from = performance.now()
    const token = await local.run(me, codeTask('t'), { bundle: hash })
    expect((await local.end(token)).type).toBe('AttemptSucceeded')
    took.push(performance.now() - from)
  }
  took.sort((a, b) => a - b)
  const from = performance.now()
  const tokens = await Promise.all(Array.from({ length: 400 }, () => local.run(me, codeTask('t'), { bundle: hash })))
  for (const token of tokens) await local.end(token)
  const perSecond = Math.round(400_000 / (performance.now() - from))
  console.log(`trivial attempt, command sent -> end report read: p50 ${took[50]?.toFixed(1)} ms, p95 ${took[95]?.toFixed(1)} ms; 400 at once: ${perSecond}/s`)
  await bench.close()
})
