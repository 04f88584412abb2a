/** Attempts from inbox to report, with real task processes; the bus is the memory twin (worker-broker.int.test.ts has the real one). */
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'
import { until } from '../../support/until.ts'
import { bashTask, bundleRecords, codeTask, taskOf } from './fake-executor.ts'
import { lives, openWorkerBench, type WorkerBench } from './worker-bench.ts'

const platform = makeMemoryPlatform({ newId: randomUUID })
let bench: WorkerBench
let me: string

beforeAll(async () => {
  bench = await openWorkerBench(platform)
  const worker = await bench.worker({
    slots: 4,
    maxLogBytes: 1_000_000,
    bundleWaitMs: 1500,
    connections: { MY_DB: 'postgres://user:s3cr%2Ft-pw@h/db' },
    variables: { api_key: 'k-123456' },
  })
  me = worker.incarnation()
  await bench.executor.claim()
  await bench.executor.sync(me)
})
afterAll(async () => {
  await bench.close()
  expect(bench.failures).toEqual([])
})

const published = async (code: string, pieceBytes?: number): Promise<string> => {
  const { hash, records } = bundleRecords(platform, code, pieceBytes)
  await platform.bus.send(records)
  return hash
}
const dagCode = (tasks: string): string => `import { dag, task, skip, fail, bash } from 'millrace'\nexport default dag('d', {}, () => {\n${tasks}\n})\n`

describe('bash', () => {
  it('reports start with rendered fields and process, then success with its XCom; logs every line and says where the log ends', async () => {
    const { executor } = bench
    const token = await executor.run(me, bashTask('echo one; echo two >&2; echo {{ ds }}'))
    expect(await executor.end(token)).toEqual({
      type: 'AttemptSucceeded',
      xcoms: [{ key: 'return_value', value: '"1970-01-02"' }],
      chosen: null,
      resultLength: null,
      outlets: [],
    })
    const start = await executor.started(token)
    expect(start.by).toBe(me)
    expect(start.body).toMatchObject({ hostname: 'test', rendered: JSON.stringify({ command: 'echo one; echo two >&2; echo 1970-01-02' }) })
    const texts = (await executor.log(token)).map(({ text }) => text)
    expect(texts).toEqual(expect.arrayContaining(['one', 'two', '1970-01-02']))
    const kinds = executor.reports.seen.filter((report) => report.token === token).map(({ body }) => body.type)
    expect(kinds).toEqual(['AttemptStarted', 'AttemptSucceeded'])
  })

  it('fails with the exit code, and is skipped by code 99', async () => {
    const { executor } = bench
    const [bad, skipped] = [await executor.run(me, bashTask('exit 3')), await executor.run(me, bashTask('exit 99'))]
    expect(await executor.end(bad)).toMatchObject({ type: 'AttemptFailed', retryable: true, error: { message: expect.stringContaining('exit code 3') } })
    expect(await executor.end(skipped)).toMatchObject({ type: 'AttemptSkipped' })
  })

  it('leaves no process behind: not in the background, not in a session of its own', async () => {
    const { executor } = bench
    const token = await executor.run(
      me,
      bashTask('sleep 300 >/dev/null 2>&1 & echo a=$!; setsid sleep 301 >/dev/null 2>&1 & sleep 0.2; echo b=$(pgrep -f "^sleep 301$" | tail -1)'),
    )
    expect((await executor.end(token)).type).toBe('AttemptSucceeded')
    const pids = (await executor.log(token)).flatMap(({ text }) => /^[ab]=(\d+)$/.exec(text)?.[1] ?? []).map(Number)
    expect(pids).toHaveLength(2)
    expect(pids.map(lives)).toEqual([false, false])
  })
})

describe('code', () => {
  it('runs a function from its bundle, again in the same warm process', async () => {
    const { executor } = bench
    const bundle = await published(dagCode(`task('t', async ({ ds }) => ({ ds, pid: process.pid }))`))
    const first = await executor.end(await executor.run(me, codeTask('t'), { bundle }))
    const second = await executor.end(await executor.run(me, codeTask('t'), { bundle }))
    expect(first).toMatchObject({ type: 'AttemptSucceeded', xcoms: [{ key: 'return_value', value: expect.stringContaining('1970-01-02') }] })
    expect(second).toEqual(first)
  })

  it('puts a bundle together from pieces, and refuses one whose content is not its name', async () => {
    const code = `${dagCode(`task('t', async () => 'pieces')`)}// ${Array.from({ length: 500 }, randomUUID).join('')}`
    const bundle = await published(code, 4000)
    expect(await bench.executor.end(await bench.executor.run(me, codeTask('t'), { bundle }))).toMatchObject({ xcoms: [{ value: '"pieces"' }] })
    const { records, hash } = bundleRecords(platform, dagCode(`task('t', async () => 'x')`))
    const wrong = hash.replace(/^./, (c) => (c === '0' ? '1' : '0'))
    await platform.bus.send(
      records.map((record) => ({
        ...record,
        key: `${wrong}/0`,
        value: platform.codec.encode('BundlePiece', { ...platform.codec.decode('BundlePiece', record.value), hash: wrong }),
      })),
    )
    const token = await bench.executor.run(me, codeTask('t'), { bundle: wrong })
    expect(await bench.executor.end(token)).toMatchObject({ type: 'AttemptLost' })
    expect(existsSync(join(bench.folder, 'bundles', `${wrong}.mjs`))).toBe(false)
  })

  it('waits for a bundle that comes later, listed as waiting, and says so in the log', async () => {
    const { executor } = bench
    const { hash, records } = bundleRecords(platform, dagCode(`task('t', async () => 'late')`))
    const token = await executor.run(me, codeTask('t'), { bundle: hash })
    await executor.untilListed(me, token, 'waiting')
    await platform.bus.send(records)
    expect(await executor.end(token)).toMatchObject({ xcoms: [{ value: '"late"' }] })
    expect((await executor.log(token))[0]).toMatchObject({ stream: 'system', text: expect.stringContaining('Waiting for the DAG') })
  })

  it('gives what was written past the streams to the attempt that wrote it, though a task that printed nothing ends without control lines', async () => {
    const { executor } = bench
    const bundle = await published(
      dagCode(`task('t', async () => { const { writeSync } = await import('node:fs'); writeSync(1, 'direct\\n'); return process.pid })`),
    )
    const quiet = await published(dagCode(`task('t', async () => process.pid)`))
    const tokens = []
    for (const code of [bundle, quiet, bundle, quiet, bundle]) {
      const token = await executor.run(me, codeTask('t'), { bundle: code })
      await executor.end(token)
      tokens.push(token)
      if (code === bundle) await executor.log(token) // a silent one has no log to wait for
    }
    const linesOf = (token: string) => executor.chunks.seen.filter((chunk) => chunk.token === token).flatMap(({ lines }) => lines)
    const logs = tokens.map((token) => linesOf(token).flatMap(({ stream, text }) => (stream === 'out' ? text : [])))
    expect(logs).toEqual([['direct'], [], ['direct'], [], ['direct']])
  })

  it('ends in the words of the task: skip, fail, a thrown error', async () => {
    const { executor } = bench
    const bundle = await published(
      dagCode(`task('s', async () => skip('why')); task('f', async () => fail('no')); task('e', async () => { throw new TypeError('bad') })`),
    )
    expect(await executor.end(await executor.run(me, codeTask('s'), { bundle }))).toEqual({ type: 'AttemptSkipped', message: 'why' })
    expect(await executor.end(await executor.run(me, codeTask('f'), { bundle }))).toMatchObject({
      type: 'AttemptFailed',
      retryable: false,
      error: { message: 'no' },
    })
    expect(await executor.end(await executor.run(me, codeTask('e'), { bundle }))).toMatchObject({
      type: 'AttemptFailed',
      retryable: true,
      error: { type: 'TypeError', message: 'bad' },
    })
  })

  it('masks the secrets of connections and variables, however they are printed', async () => {
    const { executor } = bench
    const bundle = await published(
      dagCode(`task('t', async ({ connection, variable, log }) => {
        const { password } = await connection('my_db'); const key = await variable('api_key')
        console.log('printed ' + password); console.error('url ' + encodeURIComponent(password)); log.info('logged ' + key)
        console.log('env ' + JSON.stringify(process.env))
        throw new Error('thrown ' + password)
      })`),
    )
    const token = await executor.run(me, codeTask('t'), { bundle })
    expect(await executor.end(token)).toMatchObject({ error: { message: 'thrown ***' } })
    const all = JSON.stringify([await executor.log(token), executor.reports.seen])
    for (const text of ['printed ***', 'url ***', 'logged ***']) expect(all).toContain(text)
    for (const secret of ['s3cr/t-pw', 's3cr%2Ft-pw', 'k-123456']) expect(all).not.toContain(secret)
  })

  it('survives tasks that end, crash or block their process: the attempt fails, the next one runs', async () => {
    const { executor } = bench
    const bundle = await published(
      dagCode(`task('exit', async () => { process.exit(0) }); task('kill', async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}) })
      task('uncaught', async () => { setTimeout(() => { throw new RangeError('later') }, 1); await new Promise(() => {}) }); task('ok', async () => 'ok')`),
    )
    expect(await executor.end(await executor.run(me, codeTask('exit'), { bundle }))).toMatchObject({
      type: 'AttemptFailed',
      retryable: true,
      error: { type: 'process_died', message: expect.stringContaining('exit code 0') },
    })
    expect(await executor.end(await executor.run(me, codeTask('kill'), { bundle }))).toMatchObject({
      error: { type: 'process_died', message: expect.stringContaining('SIGKILL') },
    })
    expect(await executor.end(await executor.run(me, codeTask('uncaught'), { bundle }))).toMatchObject({ error: { type: 'RangeError', message: 'later' } })
    expect(await executor.end(await executor.run(me, codeTask('ok'), { bundle }))).toMatchObject({ xcoms: [{ value: '"ok"' }] })
  })

  it('reports the start of a task that never lets go of its thread', async () => {
    const { executor } = bench
    const bundle = await published(dagCode(`task('t', async () => { for (;;); })`))
    const token = await executor.run(me, codeTask('t'), { bundle })
    expect((await executor.started(token)).body).toMatchObject({ type: 'AttemptStarted', rendered: null })
    await executor.untilListed(me, token, 'running')
    await executor.command(me, { type: 'CancelAttempt', token, reason: 'marked' })
    await executor.untilListed(me, token, 'cancelled')
  })

  it('says which connection is missing and how to give it', async () => {
    const { executor } = bench
    const bundle = await published(dagCode(`task('t', async ({ connection }) => { await connection('other-db') })`))
    expect(await executor.end(await executor.run(me, codeTask('t'), { bundle }))).toMatchObject({
      error: { type: 'connection_not_found', message: expect.stringContaining('MILLRACE_CONN_OTHER_DB') },
    })
  })

  it('gives isolation fresh a process that nobody used and nobody will', async () => {
    const { executor } = bench
    const bundle = await published(dagCode(`task('t', async () => { globalThis.uses = (globalThis.uses ?? 0) + 1; return [globalThis.uses, process.pid] })`))
    const results: unknown[] = []
    for (let i = 0; i < 3; i++) {
      const body = await executor.end(await executor.run(me, codeTask('t', { isolation: 'fresh' }), { bundle }))
      results.push(body.type === 'AttemptSucceeded' ? JSON.parse(body.xcoms[0]?.value ?? 'null') : body)
    }
    expect(results.map((result) => (result as number[])[0])).toEqual([1, 1, 1])
    expect(new Set(results.map((result) => (result as number[])[1])).size).toBe(3)
  })

  it('keeps large XComs in the folder, by reference', async () => {
    const { executor } = bench
    const bundle = await published(dagCode(`task('t', async () => 'x'.repeat(200_000))`))
    const body = await executor.end(await executor.run(me, codeTask('t'), { bundle }))
    const ref = body.type === 'AttemptSucceeded' ? JSON.parse(body.xcoms[0]?.value ?? '{}').$xcom : undefined
    expect(ref).toMatch(/^file:[0-9a-f]{64}\.json$/)
    expect(readFileSync(join(bench.folder, 'xcom', ref.slice(5)), 'utf8')).toBe(JSON.stringify('x'.repeat(200_000)))
  })

  it('takes a task that prints without end: memory stays, the log is cut at its limit and says what was cut', async () => {
    const { executor } = bench
    const bundle = await published(
      dagCode(
        `task('t', async () => { const line = 'y'.repeat(1023) + '\\n'; for (let i = 0; i < 200_000; i++) process.stdout.write(line); return Math.round(process.memoryUsage().rss / 1e6) })`,
      ),
    )
    const before = process.memoryUsage().rss
    const token = await executor.run(me, codeTask('t'), { bundle })
    const body = await executor.end(token)
    expect(body.type === 'AttemptSucceeded' && Number(body.xcoms[0]?.value)).toBeLessThan(200)
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6)
    const lines = await executor.log(token)
    expect(lines.length).toBeLessThan(1100)
    expect(lines.at(-1)).toMatchObject({ stream: 'system', level: 'warning', text: expect.stringMatching(/The log is cut: \d+ lines/) })
  })
})

describe('stopping', () => {
  it('I: cancel kills the process group, shows cancelled in heartbeats when it is gone, and reports nothing', async () => {
    const { executor } = bench
    const token = await executor.run(me, bashTask('trap "" TERM; echo pid=$$; sleep 300 & sleep 301'))
    await executor.untilLine(token, 'pid=')
    const group = (await executor.started(token)).body
    await executor.command(me, { type: 'CancelAttempt', token, reason: 'cleared' })
    await executor.untilListed(me, token, 'cancelled')
    const pid = Number((await executor.log(token)).flatMap(({ text }) => /^pid=(\d+)$/.exec(text)?.[1] ?? [])[0])
    expect(lives(pid)).toBe(false)
    expect(group.type === 'AttemptStarted' && lives(group.pid)).toBe(false)
    expect(executor.reports.seen.filter((report) => report.token === token).map(({ body }) => body.type)).toEqual(['AttemptStarted'])
    await executor.command(me, { type: 'ForgetAttempt', token, others: [] })
    await executor.untilListed(me, token, undefined)
  })

  it('kills at the execution time-out, also a busy loop that cannot hear SIGTERM', async () => {
    const { executor } = bench
    const bundle = await published(dagCode(`task('t', async () => { for (;;); })`))
    const [busy, asleep] = [
      await executor.run(me, codeTask('t', { executionTimeoutMs: 300 }), { bundle }),
      await executor.run(me, bashTask('sleep 300', { executionTimeoutMs: 300 })),
    ]
    for (const token of [asleep, busy])
      expect(await executor.end(token)).toMatchObject({
        type: 'AttemptFailed',
        retryable: true,
        error: { type: 'timeout', message: expect.stringContaining('0.3 s') },
      })
    const start = (await executor.started(busy)).body
    expect(start.type === 'AttemptStarted' && lives(start.pid)).toBe(false)
  })

  it('lets a task that listens to its signal tidy up', async () => {
    const { executor } = bench
    const bundle = await published(
      dagCode(
        `task('t', async ({ signal }) => { console.log('works'); await new Promise((done) => signal.addEventListener('abort', done)); console.log('tidied up') })`,
      ),
    )
    const token = await executor.run(me, codeTask('t'), { bundle })
    await executor.untilLine(token, 'works')
    await executor.command(me, { type: 'CancelAttempt', token, reason: 'marked' })
    await executor.untilLine(token, 'tidied up')
    await executor.untilListed(me, token, 'cancelled')
  })
})

describe('hostile commands', () => {
  it('answers a definition that is no JSON, a task without its bundle, an unknown operator', async () => {
    const { executor } = bench
    expect(await executor.end(await executor.run(me, taskOf({ operator: 'empty' }), { task: '{' }))).toMatchObject({
      type: 'AttemptFailed',
      retryable: false,
      error: { type: 'undecodable' },
    })
    expect(await executor.end(await executor.run(me, codeTask('t')))).toMatchObject({ type: 'AttemptFailed', retryable: false, error: { type: 'bad_dag' } })
    expect(await executor.end(await executor.run(me, taskOf({ operator: 'teleport' })))).toMatchObject({
      type: 'AttemptFailed',
      error: { message: expect.stringContaining('teleport') },
    })
    expect(await executor.end(await executor.run(me, codeTask('t'), { bundle: '../../etc/passwd' }))).toMatchObject({ type: 'AttemptLost' })
  })

  it('runs more attempts than slots one after the other', async () => {
    const { executor } = bench
    const tokens = await Promise.all(Array.from({ length: 40 }, () => executor.run(me, taskOf({ operator: 'empty' }))))
    for (const token of tokens) expect((await executor.end(token)).type).toBe('AttemptSucceeded')
    await until('all listed as ended', () => tokens.every((token) => executor.listed(me)[token] === 'succeeded'))
  })
})
