/**
 * Deferral with all its parts on a real broker, triggerers as processes of their own: defer, fire, resume; kill -9 of the triggerer that holds them; a run
 * of another DAG triggered once however often it is asked.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Heartbeat, RunEvent, TaskEvent } from '../../../schemas/generated/records.ts'
import { startExecutor } from '../../../services/executor/service.ts'
import type { OpenPlatform } from '../../../services/platform/open-platform.ts'
import type { Service } from '../../../services/platform/platform.ts'
import { startFeeds } from '../../../services/projector/feeds/start-feeds.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { readWorkerConfig } from '../../../services/worker/config.ts'
import { startWorker } from '../../../services/worker/service.ts'
import { type Collector, makeCollector } from '../../support/collect.ts'
import { publishDag, sendCommand } from '../../support/send.ts'
import { openServiceStack, type ServiceStack } from '../../support/service-stack.ts'
import { stackEnv } from '../../support/stack-env.ts'
import { until } from '../../support/until.ts'
import { bundleRecords } from '../worker/fake-executor.ts'

const main = fileURLToPath(new URL('../../../dist/services/triggerer/main.js', import.meta.url))
const code = `import { dag, defer, task, triggerDagRun, triggers } from 'millrace'
const wait = (key) => async ({ resume, conf, task }) => {
  if (resume === null) defer(triggers.kafkaMessage({ topic: conf.topic, key }), { method: 'on', state: { try: task.tryNumber } })
  return { ...resume, event: resume.event.value, try: task.tryNumber }
}
export const waits = dag('waits', {}, () => { task('one', wait('one')); task('two', wait('two')); task('three', wait('three')) })
export const calls = dag('calls', {}, () => { triggerDagRun('call', { dagId: 'called', conf: { by: 'calls' }, wait: 'deferrable' }) })
export const polls = dag('polls', {}, () => { triggerDagRun('call', { dagId: 'called', wait: 'poke', logicalDate: '2026-01-01' }) })
export const lost = dag('lost', {}, () => { triggerDagRun('call', { dagId: 'nowhere' }) })
`
let stack: ServiceStack
let platform: OpenPlatform
let folder: string
let topic: string
let events: Collector<TaskEvent>
let runs: Collector<RunEvent>
let beats: Collector<Heartbeat>
const services: Pick<Service, 'stop'>[] = []
const failures: Error[] = []
const triggerers = new Map<number, ChildProcess>()
const onFailed = (error: Error) => failures.push(error)

const startTriggererProcess = (): void => {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      KAFKA_BROKERS: stackEnv('KAFKA_BROKERS'),
      SCHEMA_REGISTRY_URL: stackEnv('SCHEMA_REGISTRY_URL'),
      MILLRACE_TOPIC_PREFIX: stack.config.topicPrefix,
      MILLRACE_COLUMNS: String(stack.config.columns),
      MILLRACE_LOG_LEVEL: 'warn',
      MILLRACE_DATA_DIR: folder,
      MILLRACE_HOSTNAME: 'box',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (child.pid !== undefined) triggerers.set(child.pid, child)
}

beforeAll(async () => {
  stack = await openServiceStack()
  platform = stack.platform
  folder = await mkdtemp(join(tmpdir(), 'millrace-deferral-'))
  topic = `${stack.config.topicPrefix}signals`
  await platform.bus.ensureTopics([{ topic, partitions: 3, config: {} }])
  events = makeCollector<TaskEvent>(({ taskId, state, n, reason }) => [taskId, state, n, reason])
  runs = makeCollector<RunEvent>(({ kind, dagId, runId, state, code }) => [kind, dagId, runId, state, code])
  beats = makeCollector<Heartbeat>((beat) => [beat.incarnation, beat.body.type])
  await platform.bus.subscribe({
    topics: [platform.topic('task-events'), platform.topic('run-events'), platform.topic('heartbeats')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => {
      for (const record of records) {
        if (record.value === null) continue
        if (record.topic === platform.topic('task-events')) events.note(platform.codec.decode('TaskEvent', record.value))
        else if (record.topic === platform.topic('run-events')) runs.note(platform.codec.decode('RunEvent', record.value))
        else beats.note(platform.codec.decode('Heartbeat', record.value))
      }
    },
    onFailed,
  })
  services.push(
    await startScheduler(platform, { group: 'scheduler', checkpointEvents: 20_000, checkpointMs: 60_000 }, onFailed),
    await startExecutor(platform, { kind: 'kafka', group: 'executor', leaseMs: 5000, resendMs: 3000, restMs: 1000, tickMs: 100 }, onFailed),
    await startFeeds(platform, onFailed),
    await startWorker(platform, { ...readWorkerConfig({ PATH: process.env.PATH, MILLRACE_DATA_DIR: folder, MILLRACE_HOSTNAME: 'w' }), graceMs: 0 }, onFailed),
  )
  startTriggererProcess()
  const { hash, records } = bundleRecords(platform, code)
  await platform.bus.send(records)
  const work = (taskId: string, operator = 'function') => ({ taskId, operator, needsCode: operator === 'function', retries: 1, retryDelayMs: 10 })
  const call = (args: object) => ({ ...work('call', 'trigger_dag_run'), args })
  await publishDag(platform, { dagId: 'waits', pausedUponCreation: false, tasks: ['one', 'two', 'three'].map((id) => work(id)) }, 'v1', hash)
  await publishDag(platform, { dagId: 'called', pausedUponCreation: false, tasks: [{ taskId: 'work', operator: 'bash', args: { command: 'true' } }] })
  await publishDag(platform, { dagId: 'calls', pausedUponCreation: false, tasks: [call({ dagId: 'called', conf: { by: 'calls' }, wait: 'deferrable' })] })
  await publishDag(platform, { dagId: 'polls', pausedUponCreation: false, tasks: [call({ dagId: 'called', wait: 'poke', logicalDate: '2026-01-01' })] })
  await publishDag(platform, { dagId: 'lost', pausedUponCreation: false, tasks: [call({ dagId: 'nowhere' })] })
  await runs.until('all are adopted', (seen) =>
    ['waits', 'called', 'calls', 'polls', 'lost'].every((id) => seen.some((e) => e.kind === 'dag' && e.dagId === id)),
  )
})
afterAll(async () => {
  for (const child of triggerers.values()) child.kill('SIGKILL')
  for (const service of services.reverse()) await service.stop()
  await stack.close()
  await rm(folder, { recursive: true, force: true })
  expect(failures).toEqual([])
})

const trigger = async (dagId: string, conf: object = {}): Promise<string> => {
  const id = platform.newId()
  await sendCommand(platform, { id, dagId, kind: 'trigger_run', conf: JSON.stringify(conf) })
  await runs.until('the answer', (seen) => seen.some((event) => event.commandId === id))
  const answer = runs.seen.find((event) => event.commandId === id)
  return answer?.runId ?? ''
}
const of = (runId: string, taskId: string, dagId = 'waits'): TaskEvent[] =>
  events.seen.filter((e) => e.dagId === dagId && e.runId === runId && e.taskId === taskId)
const untilState = (runId: string, taskId: string, state: string, dagId = 'waits') =>
  events.until(`${taskId} is ${state}`, () => of(runId, taskId, dagId).at(-1)?.state === state)
const signal = (key: string, value: unknown) => platform.bus.send([{ topic, key, value: Buffer.from(JSON.stringify(value)) }])
const held = (): { readonly incarnation: string; readonly live: number } | undefined => {
  const last = beats.seen.findLast(({ body }) => body.type === 'WorkerBeat' && body.kind === 'triggerer')
  return last?.body.type === 'WorkerBeat' ? { incarnation: last.incarnation, live: last.body.live } : undefined
}

test('defer, fire, resume: the same try goes on with the event; a killed triggerer loses nothing and uses no try', async () => {
  const runId = await trigger('waits', { topic })
  for (const id of ['one', 'two', 'three']) await untilState(runId, id, 'deferred')
  expect(of(runId, 'one').at(-1)).toMatchObject({ trigger: 'kafka_message', tryNumber: 1 })
  await signal('one', { n: 1 })
  await untilState(runId, 'one', 'success')
  const result = { event: { n: 1 }, method: 'on', state: { try: 1 }, try: 1 }
  expect(JSON.parse(of(runId, 'one').at(-1)?.xcoms[0]?.value ?? '')).toEqual(result)
  expect(of(runId, 'one').map(({ state }) => state)).toEqual(['queued', 'running', 'deferred', 'scheduled', 'queued', 'running', 'success'])

  await beats.until('two are held', () => held()?.live === 2)
  const first = held()?.incarnation ?? ''
  triggerers.get(Number(first.split(':')[1]))?.kill('SIGKILL')
  startTriggererProcess()
  // A message that comes while nobody listens is found by the next one.
  await signal('two', { n: 2 })
  await untilState(runId, 'two', 'success')
  await beats.until('the other one is held', () => held()?.incarnation !== first && held()?.live === 1)
  expect(of(runId, 'three').at(-1)).toMatchObject({ state: 'deferred', reason: 'trigger_lost', tryNumber: 1 })
  await signal('three', { n: 3 })
  await untilState(runId, 'three', 'success')
  for (const id of ['two', 'three']) expect(of(runId, id).at(-1)).toMatchObject({ tryNumber: 1 })
})

test('a deferred task that is marked leaves its triggerer', async () => {
  const runId = await trigger('waits', { topic })
  for (const id of ['one', 'two', 'three']) await untilState(runId, id, 'deferred')
  await beats.until('all are held', () => held()?.live === 3)
  await sendCommand(platform, { dagId: 'waits', kind: 'mark', args: JSON.stringify({ runId, wholeRun: true, state: 'failed' }) })
  await beats.until('none is held', () => held()?.live === 0)
  expect(of(runId, 'one').at(-1)?.state).toBe('failed')
})

test('triggerDagRun waits for the run: in the triggerer, or in its slot; a DAG that is not there fails it', async () => {
  const [calls, polls, lost] = [await trigger('calls'), await trigger('polls'), await trigger('lost')]
  await untilState(calls, 'call', 'success', 'calls')
  await untilState(polls, 'call', 'success', 'polls')
  await until('no try is left', () => of(lost, 'call', 'lost').at(-1)?.state === 'failed')
  expect(of(lost, 'call', 'lost').at(-1)?.error?.message).toContain('there is no DAG nowhere')
  expect(of(calls, 'call', 'calls').map(({ state }) => state)).toContain('deferred')
  expect(of(polls, 'call', 'polls').map(({ state }) => state)).not.toContain('deferred')
  const called = runs.seen.filter((event) => event.kind === 'run' && event.dagId === 'called' && event.state === 'queued')
  expect(called.map(({ conf }) => conf).sort()).toEqual(['{"by":"calls"}', '{}'])
  expect(JSON.parse(of(calls, 'call', 'calls').at(-1)?.xcoms[0]?.value ?? '')).toMatchObject({ dagId: 'called', state: 'success' })
})
