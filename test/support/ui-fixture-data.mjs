import { fixtureParams } from './ui-fixture-system.mjs'

// The model's rows in the API's shapes.
const minute = 60_000
const hour = 60 * minute
const iso = (ms) => (ms === null ? null : new Date(ms).toISOString())

const operators = {
  create_table: 'postgres',
  is_api_available: 'http_sensor',
  extract_user: 'http',
  store_user: 'function',
  print_date: 'bash',
  sleep: 'bash',
  ls: 'bash',
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
  params: dag.id === 'user_processing' ? fixtureParams : {},
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

const trigger = (row) => ({
  classpath: 'http',
  kwargs: JSON.stringify({ httpConnId: 'user_api', endpoint: '/ready', headers: { accept: 'application/json', authorization: '***' }, pokeIntervalMs: 10_000 }),
  created_date: iso(row.start ?? Date.now() - 60_000),
  triggerer_id: null,
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
    trigger: row.state === 'deferred' ? trigger(row) : null,
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
