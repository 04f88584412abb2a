import { afterEach, describe, expect, test } from 'vitest'
import type { Cli, Program } from '../../../services/cli/cli.ts'
import { openApi } from '../../../services/cli/http/api.ts'
import { paintFor } from '../../../services/cli/print/paint.ts'
import { makeProgram } from '../../../services/cli/program.ts'
import { type Asked, type FakeApi, type Reply, startFakeApi } from '../../support/fake-api.ts'

const dag = (dagId: string, more: object = {}) => ({
  dag_id: dagId,
  is_paused: false,
  timetable_summary: '0 9 * * *',
  next_dagrun_run_after: '2026-01-02T09:00:00.000Z',
  owners: ['data'],
  tags: [{ name: 'etl', dag_id: dagId }],
  ...more,
})
const dagRun = (runId: string, more: object = {}) => ({
  dag_id: 'etl',
  dag_run_id: runId,
  state: 'success',
  reason: null,
  run_type: 'manual',
  triggered_by: 'cli',
  logical_date: '2026-01-01T00:00:00Z',
  data_interval_start: null,
  data_interval_end: null,
  start_date: '2026-01-01T00:00:01.250Z',
  end_date: '2026-01-01T00:03:21Z',
  duration: 199.75,
  conf: {},
  note: null,
  ...more,
})
const instance = (taskId: string, more: object = {}) => ({
  task_id: taskId,
  map_index: -1,
  state: 'success',
  try_number: 1,
  max_tries: 3,
  start_date: '2026-01-01T00:00:01Z',
  duration: 0.21,
  operator: 'bash',
  queue: 'default',
  reason: null,
  error: null,
  ...more,
})
const line = (n: number, event: string, more: object = {}) => ({
  line: n,
  timestamp: `2026-01-01T00:00:0${n}.000Z`,
  event,
  level: 'info',
  stream: 'out',
  ...more,
})

let api: FakeApi | null = null
afterEach(async () => {
  await api?.close()
  api = null
  process.exitCode = undefined
})

interface Ran {
  readonly out: string
  readonly notes: string
  readonly asked: readonly Asked[]
  readonly became: readonly (readonly [Program, readonly string[], Readonly<Record<string, string>> | undefined])[]
}

/** Runs a command line against an API that answers by `METHOD path` (query left out) or by a function. */
const run = async (args: string, answers: Readonly<Record<string, unknown>> | ((asked: Asked) => Reply | undefined) = {}): Promise<Ran> => {
  const byTable = (asked: Asked): Reply | undefined => {
    const found = typeof answers === 'function' ? undefined : answers[`${asked.method} ${asked.url.split('?')[0]}`]
    return found === undefined ? undefined : { json: found }
  }
  api = await startFakeApi(typeof answers === 'function' ? answers : byTable)
  const out: string[] = []
  const notes: string[] = []
  const became: (readonly [Program, readonly string[], Readonly<Record<string, string>> | undefined])[] = []
  const cli: Cli = {
    api: openApi(api.url),
    paint: paintFor(false),
    print: (text) => void out.push(text),
    note: (text) => void notes.push(text),
    progress: () => undefined,
    become: async (program, rest, env) => void became.push([program, rest, env]),
  }
  const program = makeProgram(cli, '1.2.3')
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
  await program.parseAsync(args.split(' '), { from: 'user' })
  return { out: out.join('\n'), notes: notes.join('\n'), asked: api.asked, became }
}

describe('millrace dags', () => {
  const noErrors = { import_errors: [], total_entries: 0 }

  test('list: an aligned table, import errors beside it', async () => {
    const { out, notes } = await run('dags list', {
      'GET /api/v2/dags': {
        dags: [dag('user_processing'), dag('etl', { is_paused: true, timetable_summary: null, next_dagrun_run_after: null, tags: [], owners: [] })],
        total_entries: 2,
      },
      'GET /api/v2/importErrors': { import_errors: [{ filename: 'broken.ts', line: 3, message: "Expected ')'\nmore" }], total_entries: 1 },
    })
    expect(out.split('\n')).toEqual([
      'DAG              SCHEDULE   STATE   NEXT RUN              OWNER  TAGS',
      'user_processing  0 9 * * *  active  2026-01-02T09:00:00Z  data   etl',
      'etl              -          paused  -                     -      -',
    ])
    expect(notes).toBe("broken.ts:3: Expected ')'")
  })

  test('list --json prints the API entries and nothing else', async () => {
    const { out } = await run('dags list --json', { 'GET /api/v2/dags': { dags: [dag('etl')], total_entries: 1 }, 'GET /api/v2/importErrors': noErrors })
    expect(JSON.parse(out)).toEqual([dag('etl')])
  })

  test('list: page by page up to the limit, and says how much is left', async () => {
    const all = Array.from({ length: 2300 }, (_, i) => dag(`d${i}`))
    const { out, notes, asked } = await run('dags list d --paused --limit 1500', ({ url }) => {
      if (url.startsWith('/api/v2/importErrors')) return { json: noErrors }
      const query = new URL(url, 'http://x').searchParams
      const offset = Number(query.get('offset'))
      return { json: { dags: all.slice(offset, offset + Number(query.get('limit'))), total_entries: all.length } }
    })
    expect(out.split('\n')).toHaveLength(1501)
    expect(notes).toBe('800 more: use --limit 2300')
    expect(asked[0]?.url).toBe('/api/v2/dags?order_by=dag_id&dag_id_pattern=d&paused=true&limit=1000&offset=0')
    expect(asked[1]?.url).toContain('limit=500&offset=1000')
  })

  test('list: nothing there says what to do', async () => {
    const { out, notes } = await run('dags list', { 'GET /api/v2/dags': { dags: [], total_entries: 0 }, 'GET /api/v2/importErrors': noErrors })
    expect(out).toBe('')
    expect(notes).toContain('put a file into dags/')
  })

  test('trigger: sends what was asked for, warns when the DAG is paused', async () => {
    const { out, notes, asked } = await run('dags trigger etl --conf {"a":1} --date 2026-01-01T06:00 --run-id mine --note why', {
      'POST /api/v2/dags/etl/dagRuns': dagRun('mine', { state: 'queued' }),
      'GET /api/v2/dags/etl': dag('etl', { is_paused: true }),
    })
    expect(asked[0]?.body).toEqual({ conf: { a: 1 }, logical_date: '2026-01-01T06:00:00.000Z', dag_run_id: 'mine', note: 'why' })
    expect(out).toBe('etl mine queued')
    expect(notes).toContain('millrace dags unpause etl')
  })

  test('trigger --wait: waits for the end on the live stream, exit code 1 for a failed run', async () => {
    let looks = 0
    const { out, asked } = await run('dags trigger etl --wait', ({ method, url }) => {
      if (method === 'POST') return { json: dagRun('r/1', { state: 'queued' }) }
      if (url === '/api/v2/dags/etl') return { json: dag('etl') }
      if (url.startsWith('/ui/live'))
        return {
          events: [
            ': hello\n\n',
            'event: task\ndata: {"dag_run_id":"r/1"}\n\n',
            'event: run\ndata: {"dag_run_id":"other"}\n\n',
            'event: run\ndata: {"dag_run_id":"r/1"}\n\n',
          ],
        }
      looks++
      return { json: dagRun('r/1', { state: looks < 3 ? 'running' : 'failed', reason: 'leaf task load failed' }) }
    })
    expect(out.split('\n')).toEqual(['etl r/1 queued', 'etl r/1 failed: leaf task load failed'])
    expect(process.exitCode).toBe(1)
    // Looked when the stream was open, at the run's own event, and once more because the stream had ended.
    expect(asked.map(({ url }) => url).filter((url) => url.includes('dagRuns/'))).toEqual(Array(3).fill('/api/v2/dags/etl/dagRuns/r%2F1'))
  })

  test('pause and unpause take several', async () => {
    const answers = { 'PATCH /api/v2/dags/a': dag('a'), 'PATCH /api/v2/dags/b%20c': dag('b c') }
    const first = await run('dags pause a', answers)
    expect(first.asked[0]?.body).toEqual({ is_paused: true })
    await api?.close()
    const { out, asked } = await run('dags unpause a a', answers)
    expect(asked.map(({ body }) => body)).toEqual([{ is_paused: false }, { is_paused: false }])
    expect(out.split('\n')).toEqual(['a is active', 'a is active'])
  })

  test('test hands everything over', async () => {
    const { became } = await run('dags test dags/01.ts --date 2026-01-01 --no-wait --conf {}')
    expect(became).toEqual([['dag-test', ['dags/01.ts', '--date', '2026-01-01', '--no-wait', '--conf', '{}'], undefined]])
  })
})

describe('millrace runs', () => {
  test('list: of one DAG, by state', async () => {
    const { out, asked } = await run('runs list etl --state failed success --limit 3', {
      'GET /api/v2/dags/etl/dagRuns': { dag_runs: [dagRun('manual__1')], total_entries: 1 },
    })
    expect(asked[0]?.url).toBe('/api/v2/dags/etl/dagRuns?order_by=-run_after&state=failed&state=success&limit=3&offset=0')
    expect(out.split('\n')).toEqual([
      'RUN        STATE    LOGICAL DATE          START                 DURATION',
      'manual__1  success  2026-01-01T00:00:00Z  2026-01-01T00:00:01Z    3m 20s',
    ])
  })

  test('list: of all DAGs', async () => {
    const { out, asked } = await run('runs list', { 'GET /api/v2/dags/~/dagRuns': { dag_runs: [dagRun('r')], total_entries: 1 } })
    expect(asked[0]?.url).toContain('/api/v2/dags/~/dagRuns')
    expect(out).toMatch(/^DAG /)
  })

  test('show latest: facts, instances, and why tasks failed', async () => {
    const { out, notes } = await run('runs show etl latest', {
      'GET /api/v2/dags/etl/dagRuns': { dag_runs: [dagRun('r1', { state: 'failed', reason: 'leaf task load failed', conf: { a: 1 } })], total_entries: 4 },
      'GET /api/v2/dags/etl/dagRuns/r1/taskInstances': {
        task_instances: [instance('extract'), instance('load', { state: 'failed', try_number: 3, error: { type: 'Error', message: 'no such table\nmore' } })],
        total_entries: 2,
      },
    })
    expect(out).toContain('state          failed (leaf task load failed)')
    expect(out).toContain('conf           {"a":1}')
    expect(out).toContain('load     failed   3/3')
    expect(notes).toBe('load: Error: no such table')
  })

  test('latest of a DAG without runs', async () => {
    await expect(run('runs show etl latest', { 'GET /api/v2/dags/etl/dagRuns': { dag_runs: [], total_entries: 0 } })).rejects.toThrow(
      /millrace dags trigger etl/,
    )
  })
})

describe('millrace tasks', () => {
  test('list: the tasks of a DAG, or their instances in a run', async () => {
    const tasks = [
      {
        task_id: 'load',
        operator_name: 'bash',
        upstream_task_ids: ['a', 'b'],
        trigger_rule: 'all_success',
        retries: 2,
        queue: 'default',
        pool: 'default_pool',
      },
    ]
    const first = await run('tasks list etl', { 'GET /api/v2/dags/etl/tasks': { tasks, total_entries: 1 } })
    expect(first.out).toContain('load  bash      a, b   all_success         2')
    await api?.close()
    const second = await run('tasks list etl r1 --json', {
      'GET /api/v2/dags/etl/dagRuns/r1': dagRun('r1'),
      'GET /api/v2/dags/etl/dagRuns/r1/taskInstances': { task_instances: [instance('load', { map_index: 2 })], total_entries: 1 },
    })
    expect(JSON.parse(second.out)).toEqual([instance('load', { map_index: 2 })])
  })

  const base = '/api/v2/dags/etl/dagRuns/r1'

  test('logs: of the last try, all pages', async () => {
    const { out } = await run('tasks logs etl r1 load', ({ url }) => {
      if (url === base) return { json: dagRun('r1') }
      if (url === `${base}/taskInstances/load`) return { json: instance('load', { try_number: 2 }) }
      const token = new URL(url, 'http://x').searchParams.get('token')
      return { json: token === null ? { content: [line(0, 'one')], continuation_token: 'next' } : { content: [line(1, 'two')], continuation_token: null } }
    })
    expect(out.split('\n')).toEqual(['2026-01-01T00:00:00.000Z one', '2026-01-01T00:00:01.000Z two'])
  })

  test('logs of a task that did not run', async () => {
    const answers = { [`GET ${base}`]: dagRun('r1'), [`GET ${base}/taskInstances/load`]: instance('load', { try_number: 0, state: 'upstream_failed' }) }
    await expect(run('tasks logs etl r1 load', answers)).rejects.toThrow('load has no log, since it did not run: its state is upstream_failed')
  })

  test.each([false, true])('logs --follow: goes on behind the last line when the stream ends early (cut off: %s)', async (cut) => {
    let streams = 0
    const { out, asked } = await run('tasks logs etl r1 load --follow --try 1 --no-timestamps', ({ url }) => {
      if (url === base) return { json: dagRun('r1') }
      streams++
      const lines = (...messages: object[]): string => `id: 1\nevent: lines\ndata: ${JSON.stringify({ lines: messages })}\n\n`
      return {
        cut: cut && streams === 1,
        events: streams === 1 ? [lines(line(0, 'one'), line(1, 'two'))] : [lines(line(1, 'two'), line(2, 'three')), 'event: end\ndata: {"lines":3}\n\n'],
      }
    })
    expect(out.split('\n')).toEqual(['one', 'two', 'three'])
    expect(asked.at(-1)?.url).toBe('/ui/logs/etl/r1/load/1/stream?map_index=-1&from=2')
  })
})

describe('other programs', () => {
  test('worker: what it was told goes into its environment', async () => {
    expect((await run('worker --queues high_cpu,default --slots 4')).became).toEqual([
      ['worker', [], { MILLRACE_QUEUES: 'high_cpu,default', MILLRACE_SLOTS: '4' }],
    ])
  })

  test.each([
    ['start --detach --port 9000', 'stack', ['--detach', '--port', '9000']],
    ['up --help', 'stack', ['--help']],
    ['down', 'stack-control', ['down']],
    ['status --data-dir x', 'stack-control', ['status', '--data-dir', 'x']],
  ] as const)('%s', async (args, program, rest) => {
    expect((await run(args)).became).toEqual([[program, rest, undefined]])
  })
})

describe('what goes wrong', () => {
  test('a refusal says what the API says', async () => {
    await expect(run('dags pause nope')).rejects.toMatchObject({ status: 404, code: 'dag_not_found', message: 'there is nothing at /api/v2/dags/nope' })
  })

  test('a page of a proxy is no answer of ours', async () => {
    await expect(run('runs list', () => ({ text: '<html>' }))).rejects.toMatchObject({
      code: 'no_answer',
      message: expect.stringContaining('check MILLRACE_URL'),
    })
  })

  test('nobody answers', async () => {
    const gone = await startFakeApi(() => undefined)
    await gone.close()
    await expect(openApi(gone.url).get('/api/v2/dags')).rejects.toMatchObject({
      code: 'api_unreachable',
      message: expect.stringMatching(/is Millrace running\? `npm start`/),
    })
  })

  test.each([
    'dags',
    'dag list',
    'dags trigger',
    'dags trigger etl --conf [1]',
    'dags trigger etl --conf {',
    'dags trigger etl --date tomorrow',
    'runs list --limit 0',
    'runs list --state nice',
    'worker --slots many',
    'runs show etl',
  ])('wrong usage: %s', async (args) => {
    await expect(run(args)).rejects.toMatchObject({ name: 'CommanderError' })
  })
})
