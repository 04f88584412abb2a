// Invented rows in the API's shapes, the same on each start, for looking at the web app without a stack.
const minute = 60_000
const hour = 60 * minute
const iso = (ms) => (ms === null ? null : new Date(ms).toISOString())

const dagSpecs = [
  {
    id: 'print_date',
    schedule: '0 9 * * *',
    zone: 'Europe/Oslo',
    tags: ['example'],
    owner: 'data',
    tasks: { print_date: [], sleep: ['print_date'], ls: ['print_date'] },
  },
  {
    id: 'user_processing',
    schedule: '@daily',
    zone: 'UTC',
    tags: ['example', 'postgres'],
    owner: 'data',
    paused: true,
    tasks: {
      create_table: [],
      is_api_available: ['create_table'],
      extract_user: ['is_api_available'],
      process_user: ['extract_user'],
      store_user: ['process_user'],
    },
  },
  {
    id: 'parallel_dag',
    schedule: '@hourly',
    zone: 'UTC',
    tags: ['example'],
    owner: 'platform',
    tasks: { extract_a: [], extract_b: [], load_a: ['extract_a'], load_b: ['extract_b'], transform: ['load_a', 'load_b'] },
  },
  {
    id: 'hourly_etl',
    schedule: '*/15 * * * *',
    zone: 'UTC',
    tags: ['etl'],
    owner: 'finance',
    tasks: { extract: [], transform: ['extract'], load: ['transform'], report: ['load'] },
    failing: true,
  },
  { id: 'warehouse', schedule: 'every 6h', zone: 'UTC', tags: ['etl', 'postgres'], owner: 'finance', wide: 80 },
  { id: 'huge', schedule: '@weekly', zone: 'UTC', tags: [], owner: 'platform', wide: 498, runs: 100 },
  { id: 'cleanup', schedule: null, zone: 'UTC', tags: [], owner: 'platform', tasks: { clean: [] }, runs: 0 },
]

const operators = {
  create_table: 'postgres',
  is_api_available: 'http_sensor',
  extract_user: 'http',
  store_user: 'function',
  print_date: 'bash',
  sleep: 'bash',
  ls: 'bash',
}
const ends = ['success', 'success', 'failed', 'success', 'success', 'up_for_retry', 'success', 'skipped', 'success', 'upstream_failed', 'success', 'deferred']

const wideTasks = (count) => {
  const tasks = { start: [] }
  for (let n = 0; n < count; n++) tasks[`load.table_${String(n).padStart(2, '0')}`] = n < 20 ? ['start'] : [`load.table_${String(n - 20).padStart(2, '0')}`]
  tasks.publish = Array.from({ length: 20 }, (_, n) => `load.table_${String(count - 20 + n).padStart(2, '0')}`)
  return tasks
}

const taskRow = (state, start, end, tries) => ({ state, try_number: tries, start, end, event_number: 1 })

/** Every DAG with its runs, newest first, as a mutable model: the server plays triggered runs through it. */
export const makeModel = (now) => {
  const dags = [
    ...dagSpecs,
    ...Array.from({ length: 60 }, (_, n) => ({
      id: `team_${String(n).padStart(2, '0')}_daily`,
      schedule: `${n} 4 * * *`,
      zone: 'UTC',
      tags: n % 3 ? ['team'] : ['team', 'etl'],
      owner: `team ${n % 7}`,
      tasks: { extract: [], load: ['extract'] },
    })),
  ].map((spec, at) => {
    const tasks = spec.tasks ?? wideTasks(spec.wide)
    const ids = Object.keys(tasks)
    const count = spec.runs ?? 20
    const runs = Array.from({ length: count }, (_, n) => {
      const at0 = now - (n + 1) * hour + at * minute
      const moving = n === 0 && (spec.id === 'parallel_dag' || spec.id === 'warehouse')
      const failed = !moving && (spec.failing ? n % 3 === 0 : (n * 7 + at) % 13 === 4)
      const took = (20 + ((n * 37 + at * 11) % 90)) * 1000
      const rows = Object.fromEntries(
        ids.map((id, t) => {
          if (moving)
            return [
              id,
              t < ids.length / 2
                ? taskRow('success', at0 + t * 1000, at0 + t * 1000 + 900, 1)
                : t === Math.ceil(ids.length / 2)
                  ? taskRow('running', now - 42_000, null, 1)
                  : taskRow(ends[t % 12] === 'success' ? 'scheduled' : ends[t % 12], null, null, 2),
            ]
          if (failed && t >= ids.length - 2)
            return [id, t === ids.length - 2 ? taskRow('failed', at0, at0 + 4000, 3) : taskRow('upstream_failed', null, null, 0)]
          return [
            id,
            taskRow(spec.wide && n % 4 === 1 && t % 9 === 5 ? 'skipped' : 'success', at0 + (t * took) / ids.length, at0 + ((t + 1) * took) / ids.length, 1),
          ]
        }),
      )
      return {
        id: `scheduled__${iso(at0).replace('.000Z', '+00:00')}`,
        type: n % 5 === 3 ? 'manual' : 'scheduled',
        state: moving ? 'running' : failed ? 'failed' : 'success',
        runAfter: at0,
        start: at0,
        end: moving ? null : at0 + took,
        n: 5,
        rows,
      }
    })
    return { id: spec.id, spec, tasks, ids, paused: spec.paused ?? false, n: 3, runs, errors: spec.failing ?? false }
  })
  return { dags }
}

const version = { id: 'a3f9c1', version_number: 3, dag_display_name: '', bundle_name: 'parser', bundle_version: null, bundle_url: null }

export const dagBody = (dag) => ({
  dag_id: dag.id,
  dag_display_name: dag.id,
  is_paused: dag.paused,
  is_stale: false,
  last_parsed_time: null,
  bundle_name: 'parser',
  bundle_version: null,
  relative_fileloc: `${dag.id}.ts`,
  fileloc: `${dag.id}.ts`,
  description: null,
  timetable_summary: dag.spec.schedule,
  timetable_description: null,
  timezone: dag.spec.zone,
  tags: dag.spec.tags.map((name) => ({ name, dag_id: dag.id })),
  owners: [dag.spec.owner],
  max_active_tasks: 16,
  max_active_runs: 16,
  max_consecutive_failed_dag_runs: 0,
  has_task_concurrency_limits: false,
  has_import_errors: dag.errors,
  next_dagrun_logical_date: null,
  next_dagrun_data_interval_start: null,
  next_dagrun_data_interval_end: null,
  next_dagrun_run_after: dag.spec.schedule ? iso(Date.now() + 47 * minute) : null,
  file_token: '',
})

export const dagDetails = (dag) => ({
  ...dagBody(dag),
  catchup: false,
  dag_run_timeout: null,
  doc_md: null,
  start_date: null,
  end_date: null,
  is_paused_upon_creation: true,
  params: dag.id === 'user_processing' ? { country: 'NO', limit: 300 } : {},
  last_parsed: null,
  concurrency: 16,
  latest_dag_version: { ...version, dag_id: dag.id, created_at: iso(0) },
  task_count: dag.ids.length,
  event_number: dag.n,
})

export const runBar = (run) => ({
  dag_run_id: run.id,
  state: run.state,
  run_type: run.type,
  logical_date: iso(run.runAfter),
  run_after: iso(run.runAfter),
  queued_at: iso(run.runAfter),
  start_date: iso(run.start),
  end_date: iso(run.end),
  event_number: run.n,
})

export const runBody = (dag, run) => ({
  ...runBar(run),
  dag_id: dag.id,
  dag_display_name: dag.id,
  duration: run.end ? (run.end - run.start) / 1000 : null,
  data_interval_start: iso(run.runAfter - hour),
  data_interval_end: iso(run.runAfter),
  last_scheduling_decision: null,
  reason: run.state === 'failed' ? 'a leaf task failed' : null,
  triggered_by: run.type === 'manual' ? 'ada' : 'schedule',
  triggering_user_name: null,
  conf: run.conf ?? {},
  note: null,
  dag_versions: [{ ...version, dag_id: dag.id, created_at: iso(0) }],
  bundle_version: null,
})

export const gridBody = (dag, limit) => ({
  dag_id: dag.id,
  version: version.id,
  version_number: 3,
  task_ids: dag.ids,
  total_runs: dag.runs.length,
  runs: dag.runs.slice(0, limit).map((run) => {
    const rows = dag.ids.map((id) => run.rows[id])
    return {
      ...runBar(run),
      version: version.id,
      states: rows.map((r) => r.state),
      try_numbers: rows.map((r) => r.try_number),
      event_numbers: rows.map((r) => r.event_number),
      starts: rows.map((r) => r.start),
      ends: rows.map((r) => r.end),
      mapped: {},
    }
  }),
})

export const instanceBody = (dag, run, id) => {
  const row = run.rows[id]
  const operator = operators[id] ?? 'function'
  return {
    id: `${dag.id}/${run.id}/${id}/-1`,
    task_id: id,
    dag_id: dag.id,
    dag_run_id: run.id,
    map_index: -1,
    task_display_name: id,
    dag_display_name: dag.id,
    start_date: iso(row.start),
    end_date: iso(row.end),
    duration: row.end ? (row.end - row.start) / 1000 : null,
    state: row.state,
    reason: row.state === 'failed' ? 'its last try failed' : null,
    error:
      row.state === 'failed'
        ? { type: 'TypeError', message: 'rows is not iterable', stack: 'TypeError: rows is not iterable\n    at load (hourly_etl.ts:41:17)' }
        : null,
    try_number: row.try_number,
    max_tries: 3,
    hostname: 'worker-1',
    unixname: null,
    worker: 'w-5f2c91e0-7',
    pid: 41_233,
    pool: 'default_pool',
    pool_slots: 1,
    queue: 'default',
    priority_weight: 1,
    operator,
    operator_name: operator,
    scheduled_when: null,
    queued_when: iso(row.start),
    executor: null,
    executor_config: '{}',
    dag_version: null,
    logical_date: iso(run.runAfter),
    run_after: iso(run.runAfter),
    due_date: row.state === 'up_for_retry' ? iso(Date.now() + 90_000) : null,
    note: null,
    rendered_map_index: null,
    rendered_fields:
      operator === 'bash'
        ? { command: 'date +%F && sleep 5 # 2026-11-20' }
        : operator === 'http'
          ? { endpoint: '/api/?day=2026-11-20', headers: { accept: 'application/json' } }
          : {},
    trigger: null,
    triggerer_job: null,
    event_number: row.event_number,
  }
}

export const structureBody = (dag) => ({
  dag_id: dag.id,
  version: version.id,
  version_number: 3,
  nodes: dag.ids.map((id) => ({
    id,
    label: id.split('.').at(-1),
    operator: operators[id] ?? 'function',
    group: id.includes('.') ? id.split('.')[0] : null,
    trigger_rule: 'all_success',
    queue: 'default',
    pool: 'default_pool',
    retries: 2,
    owner: 'data',
    doc_md: null,
    is_mapped: false,
    outlets: [],
    inlets: [],
  })),
  edges: dag.ids.flatMap((id) => dag.tasks[id].map((source) => ({ source, target: id }))),
  groups: [...new Set(dag.ids.filter((id) => id.includes('.')).map((id) => id.split('.')[0]))].map((id) => ({ id, label: id, parent: null, tooltip: null })),
})

const words = [
  'GET http://127.0.0.1:8090/api/ 200 in 31 ms',
  'parsed 300 records',
  'first: \u001b[32mKari Nordmann\u001b[0m, \u001b[1mNorway\u001b[0m',
  'wrote 300 lines to /tmp/users.csv',
  'connection pool has 2 of 5 in use',
  '<b>markup</b> in a line stays text & is escaped',
]

export const logLine = (line) => {
  const level = line % 23 === 17 ? 'error' : line % 11 === 7 ? 'warning' : line % 9 === 4 ? 'debug' : 'info'
  const event =
    level === 'error'
      ? 'request 17 failed: ECONNRESET, trying again in 2 s'
      : level === 'warning'
        ? 'slow answer: 1,204 ms, the limit is 1,000 ms'
        : (words[line % words.length] ?? '')
  return {
    line,
    timestamp: iso(Date.now() - 60_000 + line * 120),
    stream: line < 2 ? 'system' : 'out',
    level,
    event: line === 0 ? 'try 1 begins on worker w-5f2c91e0-7, process 41233' : `${event}${line % 13 === 5 ? ` ${'and so on '.repeat(24)}` : ''}`,
  }
}
