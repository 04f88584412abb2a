import { afterEach, describe, expect, test } from 'vitest'
import type { Asked, Reply } from '../../support/fake-api.ts'
import { runCli } from '../../support/run-cli.ts'

afterEach(() => {
  process.exitCode = undefined
})

const cli = (line: string, answers: Parameters<typeof runCli>[1] = {}) => runCli(line.split(' '), answers)

const instance = (taskId: string, more: object = {}) => ({ dag_run_id: 'r', task_id: taskId, map_index: -1, state: 'failed', try_number: 2, ...more })
const touched = (...instances: object[]) => ({ task_instances: instances, total_entries: instances.length })
const run = { dag_id: 'etl', dag_run_id: 'r', state: 'queued' }
const runPath = '/api/v2/dags/etl/dagRuns/r'

describe('millrace tasks clear', () => {
  const clearPath = 'POST /api/v2/dags/etl/clearTaskInstances'

  test('every selector arrives; a dry run lists and says that nothing changed', async () => {
    const line = 'tasks clear etl a b --run r --map-index 3 --only-failed --only-running --upstream --downstream --past --future --latest-version --dry-run'
    const { out, notes, asked } = await cli(line, { [`GET ${runPath}`]: run, [clearPath]: touched(instance('a', { map_index: 3 }), instance('b')) })
    expect(asked.at(-1)?.body).toEqual({
      dry_run: true,
      only_failed: true,
      only_running: true,
      run_on_latest_version: true,
      dag_run_id: 'r',
      task_ids: [
        ['a', 3],
        ['b', 3],
      ],
      include_upstream: true,
      include_downstream: true,
      include_past: true,
      include_future: true,
    })
    expect(out.split('\n')).toEqual(['RUN  TASK  STATE   TRY', 'r    a[3]  failed    2', 'r    b     failed    2'])
    expect(notes).toBe('2 task instances would be cleared; nothing was changed')
  })

  test('a range of dates, all tasks', async () => {
    const { notes, asked } = await cli('tasks clear etl --from 2026-01-01 --to 2026-01-31', { [clearPath]: touched(instance('a')) })
    expect(asked[0]?.body).toEqual({
      dry_run: false,
      only_failed: false,
      start_date: '2026-01-01T00:00:00.000Z',
      end_date: '2026-01-31T00:00:00.000Z',
    })
    expect(notes).toBe('1 task instance cleared')
  })

  test('no run at all, or one and several, is refused before anything is sent', async () => {
    await expect(cli('tasks clear etl a')).rejects.toThrow('Say in which runs')
    await expect(cli('tasks clear etl a --run r --from 2026-01-01')).rejects.toThrow('one or the other')
    await expect(cli('tasks clear etl --run r --map-index 1')).rejects.toThrow('--map-index needs a task')
  })
})

test('tasks mark: the instance, its state, what goes with it', async () => {
  const answers = { [`GET ${runPath}`]: run, [`PATCH ${runPath}/taskInstances/a/2/dry_run`]: touched(instance('a', { map_index: 2 })) }
  const { asked, notes } = await cli('tasks mark etl r a skipped --map-index 2 --downstream --dry-run', answers)
  expect(asked.at(-1)?.body).toEqual({ new_state: 'skipped', include_downstream: true })
  expect(notes).toBe('1 task instance would be marked skipped; nothing was changed')
  const marked = await cli('tasks mark etl r a success', { [`GET ${runPath}`]: run, [`PATCH ${runPath}/taskInstances/a`]: touched(instance('a')) })
  expect(marked.notes).toBe('1 task instance marked success')
  await expect(cli('tasks mark etl r a running')).rejects.toThrow(/Allowed choices/)
})

test('tasks why: kinds and sentences', async () => {
  const why = { state: 'queued', reasons: [{ kind: 'pool', facts: { pool: 'db' }, sentence: 'Pool db is full: 0/1 slots are free, it needs 1, 4 wait.' }] }
  const path = `GET /ui/dags/etl/dagRuns/r/taskInstances/a/why`
  const { out, asked } = await cli('tasks why etl r a --map-index 0', { [`GET ${runPath}`]: run, [path]: why })
  expect(out).toBe('etl r a[0] queued\n  pool  Pool db is full: 0/1 slots are free, it needs 1, 4 wait.')
  expect(asked.at(-1)?.url).toContain('map_index=0')
  const over = await cli('tasks why etl r a', { [`GET ${runPath}`]: run, [path]: { state: 'success', reasons: [] } })
  expect(over.out).toBe('etl r a success: it waits for nothing')
})

test('runs clear and mark', async () => {
  const cleared = await cli('runs clear etl r --only-failed --latest-version', { [`GET ${runPath}`]: run, [`POST ${runPath}/clear`]: run })
  expect(cleared.asked.at(-1)?.body).toEqual({ dry_run: false, only_failed: true, run_on_latest_version: true })
  expect(cleared.out).toBe('etl r queued')
  const listed = await cli('runs clear etl r --dry-run', { [`GET ${runPath}`]: run, [`POST ${runPath}/clear`]: touched(instance('a')) })
  expect(listed.notes).toContain('nothing was changed')
  const marked = await cli('runs mark etl r failed', { [`GET ${runPath}`]: run, [`PATCH ${runPath}`]: { ...run, state: 'failed' } })
  expect(marked.asked.at(-1)?.body).toEqual({ state: 'failed' })
  expect(marked.out).toBe('etl r failed')
})

test('tasks test hands over to the program that runs a DAG here, with one task', async () => {
  const { became } = await runCli(['tasks', 'test', 'dags/etl.ts', 'load', '--date', '2026-01-01', '--json'])
  expect(became).toEqual([['dag-test', ['dags/etl.ts', '--date', '2026-01-01', '--json', '--task', 'load']]])
})

describe('millrace dags', () => {
  const node = (id: string, more: object = {}) => ({
    ...{ id, label: id.split('.').at(-1), operator: 'bash', group: null, trigger_rule: 'all_success', is_mapped: false, is_setup: false, is_teardown: false },
    ...more,
  })
  const graph = {
    dag_id: 'etl',
    nodes: [node('a'), node('b'), node('g.c', { group: 'g', is_mapped: true }), node('d', { trigger_rule: 'all_done', is_teardown: true }), node('e')],
    edges: [
      { source: 'a', target: 'b' },
      { source: 'a', target: 'g.c' },
      { source: 'b', target: 'd' },
      { source: 'g.c', target: 'd' },
      { source: 'd', target: 'e' },
    ],
    groups: [{ id: 'g', label: 'g', parent: null, tooltip: null, is_mapped: false }],
  }

  test('show: a tree, each task whole once', async () => {
    const { out } = await cli('dags show etl', { 'GET /ui/dags/etl/structure': graph })
    expect(out.split('\n')).toEqual([
      'a bash',
      '├─ b bash',
      '│  └─ d bash, all_done, teardown',
      '│     └─ e bash',
      '└─ g.c bash, mapped',
      '   └─ d bash, all_done, teardown (as above)',
    ])
  })

  test('show --dot: groups are clusters', async () => {
    const { out } = await cli('dags show etl --dot --version 3', { 'GET /ui/dags/etl/structure': graph })
    expect(out.split('\n').slice(0, 10)).toEqual([
      'digraph "etl" {',
      '  rankdir=LR',
      '  node [shape=box, style=rounded]',
      '  "a" [label="a", tooltip="bash"]',
      '  "b" [label="b", tooltip="bash"]',
      '  "d" [label="d", tooltip="bash"]',
      '  "e" [label="e", tooltip="bash"]',
      '  subgraph "cluster_g" {',
      '    label="g"',
      '    "g.c" [label="c []", tooltip="bash"]',
    ])
    expect(out).toContain('  "a" -> "g.c"')
  })

  test('next-runs', async () => {
    const window = { logical_date: '2026-01-01T00:00:00.000Z', data_interval_start: '2026-01-01T00:00:00.000Z', data_interval_end: '2026-01-02T00:00:00.000Z' }
    const answer = { dag_id: 'etl', is_paused: true, next_runs: [{ ...window, run_after: window.data_interval_end }] }
    const { out, notes, asked } = await cli('dags next-runs etl --count 1', { 'GET /ui/dags/etl/nextRuns': answer })
    expect(out.split('\n')[1]).toBe('2026-01-01T00:00:00Z  2026-01-01T00:00:00Z  2026-01-02T00:00:00Z  2026-01-02T00:00:00Z')
    expect(notes).toContain('etl is paused')
    expect(asked[0]?.url).toBe('/ui/dags/etl/nextRuns?count=1')
  })
})

test('pools: a list, one that is there changes, one that is not is made, one goes', async () => {
  const pool = { name: 'db', slots: 3, description: null, include_deferred: false, running_slots: 1, queued_slots: 2, open_slots: 2 }
  const { out } = await cli('pools list', { 'GET /api/v2/pools': { pools: [pool, { ...pool, name: 'wide', slots: -1, open_slots: -1 }], total_entries: 2 } })
  expect(out.split('\n')[2]).toBe('wide  no limit        1       2  no limit  no              -')
  const changed = await cli('pools set db 5 --no-include-deferred', { 'PATCH /api/v2/pools/db': { ...pool, slots: 5 } })
  expect([changed.out, changed.asked[0]?.body]).toEqual(['db 5 slots', { slots: 5, include_deferred: false }])
  const made = await runCli(['pools', 'set', 'new one', '-1', '--description', 'x'], ({ method }): Reply => {
    if (method === 'PATCH') return { status: 404, json: { code: 'pool_not_found', detail: 'There is no pool new one.' } }
    return { json: { ...pool, name: 'new one', slots: -1 } }
  })
  expect(made.asked.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['PATCH', '/api/v2/pools/new%20one', { slots: -1, description: 'x' }],
    ['POST', '/api/v2/pools', { name: 'new one', slots: -1, description: 'x' }],
  ])
  expect((await cli('pools delete db', { 'DELETE /api/v2/pools/db': {} })).out).toBe('db is gone')
})

describe('millrace backfill', () => {
  const progress = { total: 4, taken: 0, skipped: 0, queued: 0, running: 0, success: 0, failed: 0 }
  const backfill = (state: string, more: object = {}) => ({
    ...{ id: 'bf', dag_id: 'etl', state, from_date: '2026-01-01T00:00:00.000Z', to_date: '2026-01-04T00:00:00.000Z', created_at: '2026-02-01T00:00:00.000Z' },
    progress: { ...progress, ...more },
  })
  const line = 'backfill create etl --from 2026-01-01 --to 2026-01-04'

  test('create follows it to its end by the live stream, and fails when a run failed', async () => {
    const shown = [
      backfill('running', { running: 2 }),
      backfill('running', { success: 2, running: 1 }),
      backfill('finished', { success: 2, failed: 1, skipped: 1 }),
    ]
    const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
    const answer = ({ method, url }: Asked): Reply | undefined => {
      if (method === 'POST') return { json: backfill('running') }
      if (url.startsWith('/api/v2/dags/etl')) return { json: { is_paused: false } }
      if (url.startsWith('/ui/live'))
        return {
          events: [
            event('run', { backfill_id: 'another' }),
            event('backfill', { backfill_id: 'bf' }),
            event('task', {}),
            event('backfill', { backfill_id: 'bf' }),
          ],
        }
      return { json: shown.length > 1 ? shown.shift() : shown[0] }
    }
    const { out, progress: lines, asked } = await cli(`${line} --reprocess failed --max-active-runs 3 --newest-first --conf {"a":1}`, answer)
    expect(asked[0]?.body).toEqual({
      ...{ dag_id: 'etl', from_date: '2026-01-01T00:00:00.000Z', to_date: '2026-01-04T00:00:00.000Z', reprocess_behavior: 'failed' },
      ...{ max_active_runs: 3, run_backwards: true, dag_run_conf: { a: 1 } },
    })
    expect(lines).toEqual([
      '[..............................] 0/4 0% (2 running)',
      '[###############...............] 2/4 50% (1 running)',
      '[##############################] 4/4 100% (1 failed, 1 skipped, finished)',
      null,
    ])
    expect(out.split('\n')).toEqual(['backfill bf of etl: 4 dates', 'backfill bf finished [##############################] 4/4 100% (1 failed, 1 skipped)'])
    expect(process.exitCode).toBe(1)
  })

  test('create --dry-run lists dates, --no-wait returns at once', async () => {
    const dry = await cli(`${line} --dry-run`, {
      'POST /api/v2/backfills/dry_run': { backfills: [{ logical_date: '2026-01-01T00:00:00.000Z' }], total_entries: 1 },
    })
    expect([dry.out, dry.notes]).toEqual(['2026-01-01T00:00:00Z', '1 dates would run; nothing was changed'])
    const made = await cli(`${line} --no-wait`, { 'POST /api/v2/backfills': backfill('running'), 'GET /api/v2/dags/etl': { is_paused: true } })
    expect(made.out).toBe('backfill bf of etl: 4 dates')
    expect(made.notes).toContain('etl is paused')
  })

  test('list, show, pause, resume, cancel', async () => {
    const list = await cli('backfill list etl --active', { 'GET /api/v2/backfills': { backfills: [backfill('paused', { success: 1 })], total_entries: 1 } })
    expect(list.out.split('\n')[1]).toContain('[#######.......................] 1/4 25% (paused)')
    expect(list.asked[0]?.url).toContain('dag_id=etl&active=true')
    expect((await cli('backfill show bf', { 'GET /api/v2/backfills/bf': backfill('running') })).out).toContain('0/4 0%')
    for (const [verb, path, state] of [
      ['pause', 'pause', 'paused'],
      ['resume', 'unpause', 'running'],
      ['cancel', 'cancel', 'cancelled'],
    ])
      expect((await cli(`backfill ${verb} bf`, { [`PUT /api/v2/backfills/bf/${path}`]: backfill(state ?? '') })).out).toBe(`backfill bf of etl is ${state}`)
  })
})

test('runs note, tasks note: a text, or none', async () => {
  const noted = await cli('runs note etl r slow', { [`GET ${runPath}`]: run, [`PATCH ${runPath}`]: { ...run, note: 'slow' } })
  expect(noted.asked.at(-1)?.body).toEqual({ note: 'slow' })
  expect(noted.out).toBe('etl r slow')
  const answers = { [`GET ${runPath}`]: run, [`PATCH ${runPath}/taskInstances/a/2`]: touched(instance('a', { map_index: 2 })) }
  const gone = await cli('tasks note etl r a --map-index 2', answers)
  expect(gone.asked.at(-1)?.body).toEqual({ note: null })
  expect(gone.notes).toBe('1 task instance without a note')
})
