// Health, workers, pools, dead letters and next runs of the fixture.
const iso = (ms) => new Date(ms).toISOString()

const health = (now) => ({
  metadatabase: { status: 'healthy' },
  scheduler: {
    status: 'unhealthy',
    latest_scheduler_heartbeat: iso(now),
    columns: 12,
    stopped_columns: [
      { column: 3, reason: 'The record at journal/3/8812 was written by a newer Millrace: update the schedulers to 1.4 or later, then restart them.' },
    ],
    clock_off_seconds: null,
  },
  triggerer: { status: 'healthy', latest_triggerer_heartbeat: iso(now), alive: 1, slots: 10_000, running: 312 },
  dag_processor: { status: null, latest_dag_processor_heartbeat: null },
  executor: { status: 'healthy', latest_executor_heartbeat: iso(now) },
  workers: { alive: 2, slots: 24, running: 9 },
  projection: { status: 'healthy', lag_seconds: 0.2 },
})

const worker = (name, state, now, more) => ({
  incarnation: `w-${name}-7`,
  state,
  kind: 'worker',
  hostname: `worker-${name}`,
  pid: 41_233,
  release: '1.3.0',
  queues: ['default'],
  slots: 16,
  running: 0,
  started_at: iso(now - 7_200_000),
  seen_at: iso(now - 1000),
  left_reason: null,
  ...more,
})

const pool = (name, slots, running, queued, more) => ({
  name,
  slots,
  description: null,
  include_deferred: false,
  occupied_slots: running + queued,
  running_slots: running,
  queued_slots: queued,
  scheduled_slots: 2,
  deferred_slots: 0,
  open_slots: Math.max(0, slots - running),
  ...more,
})

export const makePools = () => [
  pool('database', 4, 4, 7, { description: 'Connections to the warehouse', include_deferred: true, deferred_slots: 3 }),
  pool('default_pool', 128, 9, 0, { description: 'Tasks that name no pool.' }),
  pool('unbounded', -1, 12, 0),
]

const letters = (now) => [
  {
    topic: 'dataset-events',
    partition: 2,
    offset: 4_711,
    by: 'scheduler',
    code: 'bad_record',
    reason: 'The event has no uri: send {"uri": "file:///data/users.csv"}.',
    at: iso(now - 60_000),
    key: 'file:///data/users.csv',
    value: '{"extra": {"rows": 300}}',
    value_encoding: 'text',
    value_bytes: 24,
  },
  {
    topic: 'commands',
    partition: 0,
    offset: 12,
    by: 'scheduler',
    code: 'unknown_schema',
    reason: 'The schema registry has no schema 9041: register it, and send the record again.',
    at: iso(now - 7_200_000),
    key: null,
    value: 'AAAAI1EC',
    value_encoding: 'base64',
    value_bytes: 6,
  },
]

/** The answer to a request about the installation; undefined: it is none. */
export const answerSystem = ({ method, path, query, body, pools }) => {
  const now = Date.now()
  switch (path[0]) {
    case 'monitor':
      return health(now)
    case 'workers': {
      const workers = [
        worker('a', 'alive', now, { running: 7 }),
        worker('b', 'draining', now, { slots: 8, running: 2, queues: ['default', 'gpu'] }),
        worker('c', 'left', now, { left_reason: 'it was asked to stop', running: 0 }),
      ]
      const triggerers = [worker('t', 'alive', now, { incarnation: 't-a-1', kind: 'triggerer', queues: [], slots: 10_000, running: 312 })]
      return path[1] ? workers[0] : { workers, triggerers, total_entries: 3 }
    }
    case 'pools': {
      const at = pools.findIndex((one) => one.name === path[1])
      if (method === 'GET') return { pools, total_entries: pools.length }
      if (method === 'POST') pools.push(pool(body.name, body.slots, 0, 0, body))
      if (method === 'PATCH') Object.assign(pools[at], body)
      if (method === 'DELETE') pools.splice(at, 1)
      return pools.at(-1)
    }
    case 'deadLetters': {
      const wanted = letters(now).filter((one) => !query.get('topic') || one.topic === query.get('topic'))
      return { dead_letters: wanted, total_entries: wanted.length }
    }
    default:
      return undefined
  }
}

export const fixtureNextRuns = (dag, count) => {
  const start = Math.ceil(Date.now() / 3_600_000) * 3_600_000
  const next = Array.from({ length: count }, (_, n) => {
    const at = start + n * 3_600_000
    return { logical_date: iso(at - 3_600_000), data_interval_start: iso(at - 3_600_000), data_interval_end: iso(at), run_after: iso(at) }
  })
  return { dag_id: dag.id, is_paused: dag.paused, next_runs: dag.spec.schedule ? next : [] }
}

/** As many runs as a DAG with one for each event makes. */
export const fixtureGroups = (dag) => {
  const now = Math.floor(Date.now() / 3_600_000) * 3_600_000
  const groups = Array.from({ length: 24 }, (_, n) => {
    const [success, failed, running] = [300 - ((n * 37) % 200), n % 5 === 2 ? 7 : 0, n === 0 ? 4 : 0]
    return { from: iso(now - n * 3_600_000), to: iso(now - (n - 1) * 3_600_000), total: success + failed + running, queued: 0, running, success, failed }
  })
  return { groups: dag.runs.length > 0 ? groups : [], total_entries: groups.length }
}

/** Params of every kind of field. */
export const fixtureParams = {
  country: { type: 'string', enum: ['NO', 'SE', 'KR'], default: 'NO', title: 'Country', description: 'Whose users are taken in' },
  limit: { type: 'integer', minimum: 1, maximum: 1000, default: 300 },
  day: { type: 'string', format: 'date', description: 'The day to take in' },
  dry: false,
  columns: ['name', 'email'],
  note: 'none',
}
