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
