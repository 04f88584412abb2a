// Backfills, versions and pools of the fixture.
const day = 86_400_000
const iso = (ms) => (ms === null ? null : new Date(ms).toISOString())

const backfill = (id, dag, state, now, progress, more = {}) => ({
  id,
  dag_id: dag,
  dag_display_name: dag,
  from_date: iso(now - 365 * day),
  to_date: iso(now - day),
  dag_run_conf: {},
  is_paused: state === 'paused',
  state,
  reprocess_behavior: 'none',
  run_backwards: false,
  max_active_runs: 16,
  created_at: iso(now - 600_000),
  completed_at: null,
  updated_at: iso(now),
  triggering_user_name: 'ada',
  progress: { total: 365, taken: 0, skipped: 0, queued: 0, running: 0, success: 0, failed: 0, ...progress },
  event_number: 1,
  ...more,
})

export const makeBackfills = (now) => [
  backfill('b-1', 'hourly_etl', 'running', now, { taken: 160, success: 130, failed: 4, skipped: 6, running: 16, queued: 4 }),
  backfill('b-2', 'user_processing', 'paused', now, { taken: 20, success: 20 }, { run_backwards: true }),
  backfill('b-3', 'print_date', 'finished', now, { taken: 365, success: 365 }),
  backfill('b-4', 'warehouse', 'cancelled', now, { taken: 90, success: 80, failed: 10 }),
]

const datesOf = (body) => {
  const dates = []
  for (let at = Date.parse(body.from_date); at <= Date.parse(body.to_date); at += day) dates.push({ logical_date: iso(at) })
  return dates
}

/** The answer to a request about backfills; undefined: it is none. */
export const answerBackfills = ({ method, path, query, body, backfills, send }) => {
  if (path[0] !== 'backfills') return undefined
  if (path[1] === 'dry_run') return { backfills: datesOf(body).slice(0, 1000), total_entries: datesOf(body).length }
  if (path.length === 1 && method === 'POST') {
    const made = backfill(`b-${backfills.length + 1}`, body.dag_id, 'running', Date.now(), { total: datesOf(body).length }, body)
    backfills.unshift(made)
    send('backfill', { dag_id: body.dag_id, backfill_id: made.id })
    return made
  }
  if (path.length === 1) {
    const isOver = (one) => one.state === 'finished' || one.state === 'cancelled'
    const wanted = backfills
      .filter((one) => !query.get('dag_id') || one.dag_id === query.get('dag_id'))
      .filter((one) => !query.get('active') || String(!isOver(one)) === query.get('active'))
    return { backfills: wanted, total_entries: wanted.length }
  }
  const one = backfills.find(({ id }) => id === path[1])
  const state = { pause: 'paused', unpause: 'running', cancel: 'cancelled' }[path[2]]
  Object.assign(one, { state, is_paused: state === 'paused' })
  send('backfill', { dag_id: one.dag_id, backfill_id: one.id })
  return one
}

export const fixtureVersions = (dagId, now) =>
  [3, 2, 1].map((n) => ({
    id: `${n}a3f9c1d2e4b5a697887766554433221100`,
    version_number: n,
    dag_id: dagId,
    dag_display_name: dagId,
    bundle_name: 'parser',
    bundle_version: null,
    bundle_url: null,
    created_at: iso(now - (4 - n) * 3 * day),
  }))

export const fixtureDiff = (dagId, from, to, now, source) => {
  const versions = fixtureVersions(dagId, now)
  return {
    dag_id: dagId,
    from: versions.find((one) => one.version_number === from),
    to: versions.find((one) => one.version_number === to),
    fields: [
      { field: 'schedule', before: { kind: 'cron', crons: ['0 9 * * *'] }, after: { kind: 'cron', crons: ['0 7 * * *'] } },
      { field: 'maxActiveRuns', before: 16, after: 4 },
    ],
    tasks_added: ['is_api_available'],
    tasks_removed: ['wait_for_api'],
    tasks_changed: [{ task_id: 'extract_user', fields: [{ field: 'retries', before: 0, after: 2 }] }],
    edges_added: [{ source: 'is_api_available', target: 'extract_user' }],
    edges_removed: [{ source: 'wait_for_api', target: 'extract_user' }],
    code_changed: true,
    source_from: source.replace("'3m'", "'5m'").replace('is_api_available', 'wait_for_api'),
    source_to: source,
  }
}
