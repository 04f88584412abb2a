/** Triggers from inbox to report in a real triggerer, those with code in its real process; the bus is the memory twin. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report, RunEvent, TaskEvent } from '../../../schemas/generated/records.ts'
import { columnOf } from '../../../services/core/column.ts'
import type { JsonObject, TaskDefinition } from '../../../services/core/dag.ts'
import type { TriggerCommand } from '../../../services/holder/attempt-table.ts'
import { readTriggererConfig } from '../../../services/triggerer/config.ts'
import { startTriggerer, type TriggererService } from '../../../services/triggerer/service.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'
import { runEvent, taskEvent } from '../../support/public-events.ts'
import { stackEnv } from '../../support/stack-env.ts'
import { until } from '../../support/until.ts'
import { attemptOf, bundleRecords, type FakeExecutor, openFakeExecutor, taskOf } from '../worker/fake-executor.ts'
import { lives } from '../worker/worker-bench.ts'

const platform = makeMemoryPlatform({ newId: randomUUID })
const { bus, codec, topic, columns } = platform
const failures: Error[] = []
let executor: FakeExecutor
let triggerer: TriggererService
let folder: string
let server: Server
let me: string
let status = 404
let seen: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-triggerer-'))
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`)
    response.writeHead(status).end(`answer ${status}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  executor = await openFakeExecutor(platform)
  const config = {
    ...readTriggererConfig({
      PATH: process.env.PATH,
      MILLRACE_DATA_DIR: folder,
      MILLRACE_HOSTNAME: 'test',
      MILLRACE_TRIGGER_BLOCK_MS: '200',
      MILLRACE_CONN_API: `http://user:hidden-pw@127.0.0.1:${(server.address() as AddressInfo).port}`,
      MILLRACE_CONN_DB: stackEnv('DATABASE_URL'),
      MILLRACE_VAR_API_KEY: 'k-123456',
    }),
    bundleWaitMs: 1500,
  }
  triggerer = await startTriggerer(platform, config, (error) => failures.push(error))
  me = triggerer.incarnation()
  await executor.claim()
  await executor.sync(me)
})
afterAll(async () => {
  await triggerer.stop()
  await executor.close()
  server.close()
  await rm(folder, { recursive: true, force: true })
  expect(failures).toEqual([])
})

const run = async (
  kind: string,
  args: JsonObject,
  more: Partial<TriggerCommand> & { readonly name?: string; readonly code?: boolean } = {},
): Promise<string> => {
  const { name = null, code = false, ...over } = more
  const token = randomUUID()
  const trigger = JSON.stringify({ kind, name, args, needsCode: code, onTimeout: 'retry' })
  const ids = {
    dagId: 'd',
    runId: 'r',
    taskId: 't',
    mapIndex: -1,
    tryNumber: 1,
    logicalDate: 86_400_000,
    version: 'v1',
    bundle: null,
    task: null,
    context: null,
  }
  await executor.command(me, { type: 'RunTrigger', ...ids, token, trigger, ...over })
  return token
}
const event = async (token: string): Promise<unknown> => {
  const body = await executor.end(token)
  if (body.type !== 'TriggerFired') throw new Error(JSON.stringify(body))
  return JSON.parse(body.event)
}
const reported = (token: string): Report | undefined => executor.reports.seen.find((report) => report.token === token)

const code = `import { dag, fail, sensor, skip, task, trigger } from 'millrace'
export const counts = trigger('counts', async ({ to }, { sleep, log, connection, variable }) => {
  for (let n = 1; n <= to; n++) { log.info('at', n); await sleep(5) }
  console.log('the password is', (await connection('api')).password, await variable('api_key'))
  return { counted: to, date: new Date(0) }
})
export const throws = trigger('throws', async () => { throw new Error('no, hidden-pw') })
export const skips = trigger('skips', async () => skip('not today'))
export const fails = trigger('fails', async () => fail('never'))
export const big = trigger('big', async () => 'x'.repeat(100_000))
export const never = trigger('never', async (_, { sleep }) => { await sleep(1e9) })
export const blocks = trigger('blocks', async ({ ms }, { sleep }) => { await sleep(20); const end = Date.now() + ms; while (Date.now() < end); return 'let go' })
export const forever = trigger('forever', async () => { for (;;); })
export const dies = trigger('dies', async () => process.exit(7))
let looks = 0
export default dag('d', {}, () => {
  sensor('s', async ({ ds, log }) => { log.info('look', ++looks, ds); return looks >= 2 && { looks } })
})
`
const { hash, records } = bundleRecords(platform, code)
const custom = async (name: string, args: JsonObject = {}): Promise<string> => {
  const { task, context } = attemptOf(taskOf({ operator: 'function', taskId: 't', needsCode: true }))
  return run('custom', args, { name, code: true, bundle: hash, task, context })
}
const published = bus.send(records)

describe('without code', () => {
  it('time', async () => {
    const at = Date.now() + 30
    expect(await event(await run('time', { at }))).toEqual({ at })
    expect(Date.now()).toBeGreaterThanOrEqual(at)
  })
  it('file, also by a pattern', async () => {
    const token = await run('file', { path: join(folder, 'in-?.csv'), pokeIntervalMs: 20 })
    await executor.untilLine(token, 'is not there yet')
    await writeFile(join(folder, 'in-7.csv'), 'x')
    expect(await event(token)).toEqual({ value: { path: join(folder, 'in-7.csv') } })
  })
  it('http: looks again while it is 404; the password of its connection is sent and not shown', async () => {
    status = 404
    seen = []
    const token = await run('http', { httpConnId: 'api', endpoint: 'ready', pokeIntervalMs: 20 })
    await executor.untilLine(token, 'answered 404')
    status = 200
    expect(await event(token)).toEqual({ value: { status: 200, text: 'answer 200' } })
    expect(seen[0]).toBe(`GET /ready Basic ${Buffer.from('user:hidden-pw').toString('base64')}`)
    status = 500
    expect(await executor.end(await run('http', { httpConnId: 'api', endpoint: 'x' }))).toMatchObject({ type: 'AttemptFailed', retryable: true })
  })
  it('sql', async () => {
    expect(await event(await run('sql', { postgresConnId: 'db', sql: 'select 1 as n' }))).toEqual({ value: { row: { n: 1 } } })
    const token = await run('sql', { postgresConnId: 'db', sql: 'select 0 as n', pokeIntervalMs: 20 })
    await executor.untilLine(token, 'does not hold yet')
    await executor.command(me, { type: 'CancelAttempt', token, reason: 'cleared' })
    await executor.untilListed(me, token, 'cancelled')
    expect(reported(token)).toBeUndefined()
  })
  it('an unknown connection fails it with what to do', async () => {
    expect(await executor.end(await run('http', { httpConnId: 'nowhere' }))).toMatchObject({
      error: { message: expect.stringContaining('MILLRACE_CONN_NOWHERE on the triggerer') },
    })
  })
})

describe('by topics', () => {
  const partition = columnOf('x', columns)
  const tellRun = (more: Partial<RunEvent>) => {
    const value = runEvent({ dagId: 'x', runId: 'r1', ...more })
    return bus.send([{ topic: topic('run-events'), partition, key: `x/${value.runId}`, value: codec.encode('RunEvent', value) }])
  }
  const tellTask = (more: Partial<TaskEvent>) => {
    const value = taskEvent({ dagId: 'x', runId: 'r1', taskId: 'a', logicalDate: 5000, ...more })
    return bus.send([
      { topic: topic('task-events'), partition, key: `x/${value.runId}/${value.taskId}/${value.mapIndex}`, value: codec.encode('TaskEvent', value) },
    ])
  }

  it('dag_run: its end, also when it was over before', async () => {
    const token = await run('dag_run', { dagId: 'x', runId: 'r1', since: Date.now() })
    await tellRun({ state: 'running' })
    await tellRun({ runId: 'r2', state: 'success' })
    await tellRun({ n: 2, state: 'failed' })
    expect(await event(token)).toEqual({ dagId: 'x', runId: 'r1', states: { run: 'failed' } })
    expect(await event(await run('dag_run', { dagId: 'x', runId: 'r2', since: Date.now() - 1000 }))).toMatchObject({ states: { run: 'success' } })
  })
  it('external_task: a task of the run with that logical date, all its instances', async () => {
    await tellTask({ taskId: 'a', n: 3, logicalDate: 4000 })
    const token = await run('external_task', { dagId: 'x', taskIds: ['a', 'm'], logicalDate: 5000 })
    await tellTask({ n: 4 })
    await tellTask({ taskId: 'm', mapIndex: -1, n: 5, state: 'none' })
    await tellTask({ taskId: 'm', mapIndex: 0, n: 6, state: 'none' })
    await tellTask({ taskId: 'm', mapIndex: 1, n: 6, state: 'none' })
    await tellTask({ taskId: 'm', mapIndex: 0, n: 7, state: 'success' })
    await executor.sync(me)
    expect(reported(token)).toBeUndefined()
    await tellTask({ taskId: 'm', mapIndex: 1, n: 8, state: 'success' })
    expect(await event(token)).toEqual({ dagId: 'x', runId: 'r1', states: { a: 'success', m: 'success' } })
  })
  it('external_task: a failed one fires, too', async () => {
    await tellTask({ runId: 'r9', taskId: 'f', n: 2, state: 'failed', logicalDate: 9000 })
    expect(await event(await run('external_task', { dagId: 'x', taskIds: ['f'], runId: 'r9' }))).toEqual({ dagId: 'x', runId: 'r9', states: { f: 'failed' } })
  })
  it('dataset: an event of it since then, Avro or JSON', async () => {
    const since = Date.now()
    const tokens = [await run('dataset', { uri: 'kafka://a', since }), await run('dataset', { uri: 'kafka://b', since })]
    const nobody = { sourceDagId: null, sourceRunId: null, sourceTaskId: null, sourceMapIndex: null, producer: null }
    await bus.send([
      {
        topic: topic('dataset-events'),
        key: 'kafka://a',
        value: codec.encode('DatasetEvent', { uri: 'kafka://a', id: 'e1', at: 7, extra: '{"n":1}', ...nobody }),
      },
      {
        topic: topic('dataset-events'),
        key: 'kafka://b',
        value: Buffer.from('{"uri":"kafka://b","id":"e2","extra":{"n":2}}'),
        headers: { 'content-type': 'application/json' },
      },
    ])
    expect(await Promise.all(tokens.map(event))).toMatchObject([
      { id: 'e1', uri: 'kafka://a', extra: { n: 1 } },
      { id: 'e2', uri: 'kafka://b', extra: { n: 2 } },
    ])
  })
  it('kafka_message: by key and by what stands in its value; what was written since then counts', async () => {
    const name = `${topic('dags')}-orders`
    await bus.ensureTopics([{ topic: name, partitions: 2, config: {} }])
    const since = Date.now()
    const write = (key: string, value: unknown) => bus.send([{ topic: name, key, value: Buffer.from(JSON.stringify(value)) }])
    await write('k1', { order: { id: 1, state: 'new' } })
    await write('k1', { order: { id: 1, state: 'paid' } })
    const first = await run('kafka_message', { topic: name, where: { 'order.id': '1', 'order.state': 'paid' }, since })
    expect(await event(first)).toMatchObject({ topic: name, key: 'k1', value: { order: { id: 1, state: 'paid' } } })
    const second = await run('kafka_message', { topic: name, key: 'k2', since, value: 'text' })
    await bus.send([{ topic: name, key: 'k2', value: Buffer.from('not json') }])
    expect(await event(second)).toMatchObject({ value: 'not json' })
    expect(await executor.end(await run('kafka_message', { topic: 'nowhere', since }))).toMatchObject({
      type: 'AttemptFailed',
      error: { type: 'topic_mismatch' },
    })
  })
})

describe('with code', () => {
  it("runs the author's own trigger, with its log; secrets are masked", async () => {
    await published
    const token = await custom('counts', { to: 2 })
    expect(await event(token)).toEqual({ counted: 2, date: '1970-01-01T00:00:00.000Z' })
    const texts = (await executor.log(token)).map(({ text }) => text)
    expect(texts).toEqual(['at 1', 'at 2', 'the password is *** ***'])
  })
  it('what it throws fails the try; skip and fail do as in a task', async () => {
    const ends = await Promise.all(
      [custom('throws'), custom('skips'), custom('fails'), custom('big'), custom('missing')].map(async (token) => executor.end(await token)),
    )
    expect(ends).toMatchObject([
      { type: 'AttemptFailed', retryable: true, error: { message: 'no, ***' } },
      { type: 'AttemptSkipped', message: 'not today' },
      { type: 'AttemptFailed', retryable: false, error: { message: 'never' } },
      { type: 'AttemptFailed', retryable: false, error: { type: 'too_big' } },
      { type: 'AttemptFailed', error: { message: expect.stringContaining("makes no trigger 'missing'") } },
    ])
  })
  it("a sensor's own look, again and again in one process", async () => {
    const task: TaskDefinition = taskOf({ operator: 'sensor', taskId: 's', needsCode: true })
    const { context } = attemptOf(task)
    const token = await run('look', { pokeIntervalMs: 10, mode: 'deferrable' }, { code: true, bundle: hash, taskId: 's', task: JSON.stringify(task), context })
    expect(await event(token)).toEqual({ value: { looks: 2 } })
    expect((await executor.log(token)).map(({ text }) => text)).toEqual(['look 1 1970-01-02', 'look 2 1970-01-02'])
  })
  it('code that never arrives is nobody’s fault', async () => {
    const token = await run('custom', {}, { name: 'counts', code: true, bundle: 'a'.repeat(64), task: '{}', context: '{}' })
    expect(await executor.end(token)).toMatchObject({ type: 'AttemptLost', reason: expect.stringContaining('did not arrive') })
  })
  it('a cancelled one says nothing any more', async () => {
    const token = await custom('never')
    await executor.untilListed(me, token, 'running')
    await executor.command(me, { type: 'CancelAttempt', token, reason: 'cleared' })
    await executor.untilListed(me, token, 'cancelled')
    expect(reported(token)).toBeUndefined()
  })
  it('one that blocks is named in its log and moved to a thread; the next of its kind goes there at once', async () => {
    const blocking = await custom('blocks', { ms: 1200 })
    await executor.untilLine(blocking, 'it is moved to a thread')
    const others = await Promise.all([custom('blocks', { ms: 1500 }), custom('counts', { to: 3 })])
    expect(await event(others[1] as string)).toMatchObject({ counted: 3 })
    expect(reported(others[0] as string)).toBeUndefined() // it blocks its thread, and nobody else
    expect(await Promise.all([event(blocking), event(others[0] as string)])).toEqual(['let go', 'let go'])
  })
  it('one that never lets go does not take the others with it', async () => {
    const [forever, waiting] = [await custom('forever'), await custom('counts', { to: 40 })]
    await executor.untilLine(forever, 'it is moved to a thread')
    expect(await event(waiting)).toMatchObject({ counted: 40 })
    expect(await event(await custom('counts', { to: 1 }))).toMatchObject({ counted: 1 })
    await executor.command(me, { type: 'CancelAttempt', token: forever, reason: 'cleared' })
    await executor.untilListed(me, forever, 'cancelled')
  })
  it('one that ends its process again and again fails, and another process goes on', async () => {
    const token = await custom('dies')
    expect(await executor.end(token)).toMatchObject({ type: 'AttemptFailed', retryable: true, error: { type: 'process_died' } })
    expect(await event(await custom('counts', { to: 1 }))).toMatchObject({ counted: 1 })
  })
})

describe('many', () => {
  it('thousands wait at once, and the heartbeat stays small', async () => {
    const count = 3000
    const args = JSON.stringify({ kind: 'time', name: null, args: { at: Date.now() + 1e9 }, needsCode: false, onTimeout: 'retry' })
    for (let i = 0; i < count; i++) {
      const ids = {
        dagId: 'd',
        runId: 'r',
        taskId: `t${i}`,
        mapIndex: -1,
        tryNumber: 1,
        logicalDate: null,
        version: 'v1',
        bundle: null,
        task: null,
        context: null,
      }
      void executor.command(me, { type: 'RunTrigger', ...ids, token: `many-${i}`, trigger: args })
    }
    const body = () => {
      const last = executor.lastBeat(me)?.body
      return last?.type === 'WorkerBeat' ? last : null
    }
    await executor.beats.until('all are held', () => (body()?.live ?? 0) >= count)
    await executor.beats.until('a beat of changes', () => body()?.base !== null && body()?.attempts.length === 0)
  })
})

describe('its end', () => {
  it('stops at once, hands all back, and leaves no process', async () => {
    const token = await custom('never')
    await executor.beats.until('it is held', () =>
      executor.beats.seen.some(({ body }) => body.type === 'WorkerBeat' && body.attempts.some((a) => a.token === token)),
    )
    const pids = await childPids()
    await triggerer.stop()
    expect(await executor.end(token)).toEqual({ type: 'AttemptLost', reason: 'worker_stopped' })
    expect(reported('many-7')?.body).toEqual({ type: 'AttemptLost', reason: 'worker_stopped' })
    await until('its process is gone', () => pids.every((pid) => !lives(pid)))
    expect(pids.length).toBeGreaterThan(0)
  })
})

/** Of the process for code. */
const childPids = async (): Promise<number[]> => {
  const { readdir, readFile } = await import('node:fs/promises')
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const [command, stat] = await Promise.all([
      readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''),
      readFile(`/proc/${name}/stat`, 'latin1').catch(() => ''),
    ])
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    if (command.includes('triggerer/child/main.js') && parent === process.pid) found.push(Number(name))
  }
  return found
}
