import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bash, fail, http, httpSensor, PostgresHook, skip, task } from 'millrace'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttemptWorld, contextOf, logicalDate, runLast, runTask } from '../../support/attempts.ts'

const returned = async (build: () => void, world: AttemptWorld = {}): Promise<unknown> => {
  const { outcome } = await runLast(build, world)
  if (outcome.kind !== 'succeeded') throw new Error(JSON.stringify(outcome))
  const value = outcome.xcoms.find(({ key }) => key === 'return_value')?.value
  return value === undefined ? undefined : JSON.parse(value)
}

const failure = async (build: () => void, world: AttemptWorld = {}): Promise<{ type: string; message: string; retryable: boolean }> => {
  const { outcome } = await runLast(build, world)
  if (outcome.kind !== 'failed') throw new Error(JSON.stringify(outcome))
  return { type: outcome.error.type, message: outcome.error.message, retryable: outcome.retryable }
}

describe('a function', () => {
  it('gets inputs and context, and leaves what it returns', async () => {
    const value = await returned(
      () => {
        const rows = task('rows', () => [1, 2])
        const nothing = task('nothing', () => undefined)
        task('t', { inputs: { rows, nothing } }, async (context) => {
          context.log.info('rows', context.inputs.rows)
          const { logicalDate: date, dataIntervalEnd, ds, ts, run, idempotencyKey, params } = context
          return {
            rows: context.inputs.rows,
            nothing: context.inputs.nothing === undefined,
            date,
            dataIntervalEnd,
            ds,
            ts,
            runId: run.runId,
            idempotencyKey,
            params,
          }
        })
      },
      { xcoms: { rows: [1, 2] }, context: { params: { a: 1 } } },
    )
    expect(value).toEqual({
      rows: [1, 2],
      nothing: true,
      date: '2024-01-02T03:04:05.000Z',
      dataIntervalEnd: '2024-01-03T03:04:05.000Z',
      ds: '2024-01-02',
      ts: '2024-01-02T03:04:05+00:00',
      runId: 'scheduled__2024-01-03',
      idempotencyKey: 'd/scheduled__2024-01-03/t',
      params: { a: 1 },
    })
  })

  it('may pull and push', async () => {
    const pulled = await runLast(
      () => {
        const a = task('a', () => 1)
        task('b', () => 2)
        task('t', async ({ xcom }) => {
          xcom.push('mine', { deep: [1] })
          return [await xcom.pull(a), await xcom.pull(['a', 'b']), await xcom.pull('b', 'other')]
        })
      },
      { xcoms: { a: 'A', b: 'B' } },
    )
    expect(pulled.outcome).toMatchObject({
      kind: 'succeeded',
      xcoms: [
        { key: 'mine', value: '{"deep":[1]}' },
        { key: 'return_value', value: '["A",["A","B"],null]' },
      ],
    })
  })

  it('leaves nothing when it returns nothing', async () => {
    expect((await runLast(() => void task('t', () => {}))).outcome).toMatchObject({ kind: 'succeeded', xcoms: [] })
  })

  it('ends by skip, fail or an error', async () => {
    expect((await runLast(() => void task('t', () => skip('no rows')))).outcome).toEqual({ kind: 'skipped', message: 'no rows' })
    expect(await failure(() => void task('t', () => fail('wrong key')))).toEqual({ type: 'FailTask', message: 'wrong key', retryable: false })
    expect(
      await failure(
        () =>
          void task('t', () => {
            throw new TypeError('oh')
          }),
      ),
    ).toEqual({ type: 'TypeError', message: 'oh', retryable: true })
    expect(await failure(() => void task('t', () => Promise.reject('text')))).toEqual({ type: 'Error', message: 'text', retryable: true })
  })

  it('has no dates in a run without logical date, and is told so', async () => {
    const world = { context: { logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null } }
    expect(await returned(() => void task('t', ({ run }) => run.logicalDate), world)).toBe(null)
    expect((await failure(() => void task('t', ({ ds }) => ds), world)).message).toMatch(/no logical date, so 'ds' is not defined/)
  })

  it('gets connections and variables, whose secrets are masked from then on', async () => {
    const { outcome, secrets, log } = await runLast(
      () =>
        void task('t', async ({ connection, variable, log }) => {
          const { password, host } = await connection('db')
          log.info(`password ${password} of ${host}, ${await variable('my_secret')}`)
          throw new Error(`cannot log in with ${password}`)
        }),
      { connections: { db: 'postgres://me:p%40ssword@host/base' }, variables: { my_secret: 'topsecret' } },
    )
    expect(outcome).toMatchObject({ kind: 'failed', error: { message: 'cannot log in with ***' } })
    expect(log[0]).toBe('info password *** of host, ***')
    expect(log.join()).not.toContain('p@ssword')
    expect(secrets).toEqual(['p@ssword', 'topsecret'])
  })

  it('asks for a task that is there', async () => {
    expect(
      (
        await failure(() => {
          task('extract', () => 1)
          task('t', ({ xcom }) => xcom.pull('extrakt'))
        })
      ).message,
    ).toMatch(/no such task; did you mean 'extract'/)
  })
})

describe('values', () => {
  it('over 48 KiB, or in the shape of a reference, go to the store', async () => {
    const big = await runLast(() => void task('t', () => 'x'.repeat(50_000)))
    expect(big.outcome).toMatchObject({ kind: 'succeeded', xcoms: [{ key: 'return_value', value: '{"$xcom":"ref-0"}' }] })
    expect(big.stored.get('ref-0')).toHaveLength(50_002)
    expect((await runLast(() => void task('t', () => ({ $xcom: 'mine' })))).stored.get('ref-0')).toBe('{"$xcom":"mine"}')
    expect(
      await returned(
        () => {
          const a = task('a', () => '')
          task('t', { inputs: { a } }, ({ inputs }) => inputs.a)
        },
        { xcoms: { a: { $xcom: 'big' } } },
      ),
    ).toBe('from the store')
  })

  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic
  it.each<[string, () => unknown, string]>([
    ['BigInt', () => ({ n: [1n] }), 'the return value.n[0] is the BigInt 1, which JSON cannot hold'],
    ['function', () => ({ f: () => 1 }), 'the return value.f is a function'],
    ['cycle', () => cyclic, 'the return value.self is an object that contains itself'],
    ['NaN', () => Number.NaN, 'the return value is NaN'],
    ['Map', () => new Map(), 'the return value is a Map'],
    ['Promise', () => [Promise.resolve(1)], 'the return value[0] is a Promise'],
  ])('that JSON cannot hold fail the task: %s', async (_what, make, message) => {
    expect((await failure(() => void task('t', make))).message).toContain(message)
  })

  it('over 64 MB fail it', async () => {
    expect(await failure(() => void task('t', () => Array.from({ length: 65 }, () => 'x'.repeat(1_000_000))))).toMatchObject({
      type: 'too_big',
      message: expect.stringContaining('at most 64 MB'),
    })
  })
})

describe('bash', () => {
  it('leaves its last line, and logs all of them', async () => {
    const { outcome, log } = await runLast(() => void bash('t', 'echo one; echo oops >&2; echo "two {{ ds }}"'))
    expect(outcome).toMatchObject({ kind: 'succeeded', xcoms: [{ key: 'return_value', value: '"two 2024-01-02"' }] })
    expect([...log].sort()).toEqual(['info one', 'info running: echo one; echo oops >&2; echo "two 2024-01-02"', 'info two 2024-01-02', 'warn oops'])
  })

  it('skips on exit code 99, or another', async () => {
    expect((await runLast(() => void bash('t', 'exit 99'))).outcome.kind).toBe('skipped')
    expect((await runLast(() => void bash('t', 'exit 7', { skipOnExitCode: [6, 7] }))).outcome.kind).toBe('skipped')
    expect(await failure(() => void bash('t', 'exit 99', { skipOnExitCode: null }))).toMatchObject({
      message: expect.stringContaining('exit code 99'),
      retryable: true,
    })
  })

  it('has the environment it is given', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
    expect(await returned(() => void bash('t', 'echo $A-$MILLRACE_CTX_TASK_ID-${HOME:-none}', { env: { A: '{{ ds }}' } }))).toBe('2024-01-02-t-none')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
    expect(await returned(() => void bash('t', 'echo ${PATH:+path}$A', { env: { A: 'x' }, appendEnv: true }))).toBe('pathx')
    expect(await returned(() => void bash('t', 'pwd', { cwd: '/' }))).toBe('/')
  })

  it('says when it cannot start', async () => {
    expect((await failure(() => void bash('t', 'true', { cwd: '/no/such/folder' }))).message).toContain('/no/such/folder')
    expect((await failure(() => void bash('t', 'kill -9 $$'))).message).toContain('killed by SIGKILL')
  })

  it('dies with its children when it is cancelled, even those that ignore SIGTERM', async () => {
    const abort = new AbortController()
    let child = 0
    const onLog = (line: string): void => {
      const pid = /^info child (\d+)$/.exec(line)?.[1]
      if (pid === undefined) return
      child = Number(pid)
      abort.abort(new Error('timeout'))
    }
    const { outcome } = await runLast(() => void bash('t', 'trap "" TERM; (trap "" TERM; sleep 600 & echo child $!; wait) & wait; sleep 600'), {
      signal: abort.signal,
      onLog,
    })
    expect(outcome).toEqual({ kind: 'failed', error: { type: 'cancelled', message: 'the attempt was stopped: timeout', stack: null }, retryable: true })
    await expect.poll(() => lives(child), { timeout: 5000 }).toBe(false)
  })
})

/** Whether the process does anything still: one that nobody has taken note of (a zombie) does not. */
const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('http', () => {
  let hits: { method: string; url: string; headers: Record<string, unknown>; body: string }[] = []
  let status = 200
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      hits.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"results":[{"name":"Ann"}]}')
    })
  })
  let base = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  it('sends what the connection and the options say, and filters the answer', async () => {
    hits = []
    const { outcome, log } = await runLast(
      () =>
        void http('t', {
          httpConnId: 'api',
          endpoint: '/v1/{{ ds }}',
          method: 'GET',
          data: { q: 'a b', n: 1 },
          logResponse: true,
          responseFilter: (response) => response.json<{ results: { name: string }[] }>().results.map(({ name }) => name),
        }),
      { connections: { api: `${base.replace('http://', 'http://me:pass1@')}?x-key=abc` } },
    )
    expect(outcome).toMatchObject({ kind: 'succeeded', xcoms: [{ key: 'return_value', value: '["Ann"]' }] })
    expect(hits[0]).toMatchObject({ method: 'GET', url: '/v1/2024-01-02?q=a+b&n=1', headers: { authorization: `Basic ${btoa('me:pass1')}`, 'x-key': 'abc' } })
    expect(log).toContain('info {"results":[{"name":"Ann"}]}')
  })

  it('posts JSON, and needs no connection for a whole URL', async () => {
    hits = []
    expect(await returned(() => void http('t', { endpoint: `${base}/x`, data: { a: '{{ ds }}' } }))).toBe('{"results":[{"name":"Ann"}]}')
    expect(hits[0]).toMatchObject({ method: 'POST', url: '/x', body: '{"a":"2024-01-02"}', headers: { 'content-type': 'application/json' } })
  })

  it('fails on a bad status, a check that says no, and a server that is not there', async () => {
    status = 500
    expect((await failure(() => void http('t', { endpoint: `${base}/x` }))).message).toContain('POST')
    status = 200
    expect((await failure(() => void http('t', { endpoint: `${base}/x`, responseCheck: () => false }))).message).toContain('responseCheck')
    expect(await failure(() => void http('t', { endpoint: 'http://127.0.0.1:1/x' }))).toMatchObject({
      type: 'HttpUnreachable',
      message: expect.stringContaining('no answer'),
    })
  })

  it('is waited for, in mode poke', async () => {
    status = 404
    hits = []
    const ran = runLast(() => void httpSensor('t', { endpoint: `${base}/`, pokeInterval: 20, responseCheck: () => hits.length > 2 }))
    setTimeout(() => {
      status = 200
    }, 50)
    expect((await ran).outcome).toMatchObject({ kind: 'succeeded', xcoms: [] })
    expect(hits.length).toBeGreaterThan(2)
  })

  it('is waited for, in mode reschedule, and not for ever', async () => {
    const build =
      (over: object = {}) =>
      () =>
        void httpSensor('t', { endpoint: 'http://127.0.0.1:1/', mode: 'reschedule', pokeInterval: '10s', timeout: '1m', ...over })
    const before = Date.now()
    const first = await runLast(build(), { context: { firstTryStartedAt: before } })
    expect(first.outcome.kind === 'rescheduled' && first.outcome.nextPokeAt - before).toBeGreaterThanOrEqual(10_000)
    const late = { context: { firstTryStartedAt: before - 60_000 } }
    expect(await failure(build(), late)).toEqual({ type: 'FailTask', message: 'nothing came within 60 s', retryable: false })
    expect((await runLast(build({ softFail: true }), late)).outcome.kind).toBe('skipped')
    const backing = await runLast(build({ exponentialBackoff: true, maxWait: '25s', timeout: '10m' }), { context: { firstTryStartedAt: Date.now() - 20_000 } })
    expect(backing.outcome.kind === 'rescheduled' && backing.outcome.nextPokeAt - Date.now()).toBeGreaterThan(19_000)
  })

  it('is an error with a status that is no "not yet"', async () => {
    status = 500
    expect((await failure(() => void httpSensor('t', { endpoint: `${base}/` }))).message).toContain('answered 500')
    status = 200
  })
})

describe('attempts that cannot be', () => {
  const definition = { taskId: 't', upstream: [], args: {}, templateFields: [], inputs: {} }
  it('say why', async () => {
    const unknown = await runTask({ ...definition, operator: 'bahs', needsCode: false } as never, null)
    expect(unknown.outcome).toMatchObject({ kind: 'failed', error: { message: expect.stringContaining("knows no operator 'bahs'; did you mean 'bash'?") } })
    const codeless = await runTask({ ...definition, operator: 'function', needsCode: true } as never, null)
    expect(codeless.outcome).toMatchObject({ kind: 'failed', error: { message: expect.stringContaining('without its bundle') } })
    await expect(new PostgresHook('x').query('select 1')).rejects.toThrow('works only inside a task')
    expect(contextOf('t').logicalDate).toBe(logicalDate)
  })
})
