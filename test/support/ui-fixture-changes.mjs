// Clear, mark and why on the fixture's rows: enough of their meaning to look at the dialogs.
import { instanceBody, runBody } from './ui-fixture-data.mjs'

const over = new Set(['success', 'failed', 'skipped', 'upstream_failed', 'removed'])

const withReach = (dag, ids, upstream, downstream) => {
  const found = new Set(ids)
  const grow = (next) => {
    for (let size = -1; size !== found.size; ) {
      size = found.size
      for (const id of [...found]) for (const one of next(id)) found.add(one)
    }
  }
  if (upstream) grow((id) => dag.tasks[id])
  if (downstream) grow((id) => dag.ids.filter((one) => dag.tasks[one].includes(id)))
  return dag.ids.filter((id) => found.has(id))
}

const withTimes = (dag, run, past, future) =>
  dag.runs.filter((one) => one === run || (past && one.runAfter < run.runAfter) || (future && one.runAfter > run.runAfter))

const listed = (dag, pairs) => ({ task_instances: pairs.slice(0, 2000).map(([run, id]) => instanceBody(dag, run, id)), total_entries: pairs.length })

const whyOf = (dag, run, id) => {
  const { state } = run.rows[id]
  if (over.has(state) || state === 'running') return { state, reasons: [] }
  if (state === 'queued')
    return {
      state,
      reasons: [
        {
          kind: 'pool',
          facts: { pool: 'default_pool', slots: 16, free: 0, wanted: 1, queued: 5 },
          sentence: 'Pool default_pool is full: 0/16 slots are free, it needs 1, 5 wait.',
        },
      ],
    }
  if (state === 'up_for_retry') {
    const at = new Date(Date.now() + 90_000).toISOString()
    return { state, reasons: [{ kind: 'retry_at', facts: { at, try_number: 3 }, sentence: `Try 3 starts at ${at}.` }] }
  }
  const waiting = dag.tasks[id].filter((one) => run.rows[one].state !== 'success')
  const named = waiting.map((one) => ({ task_id: one, map_index: -1, state: run.rows[one].state ?? 'none' }))
  const done = dag.tasks[id].length - waiting.length
  const words = named.map((one) => `${one.task_id} (${one.state})`).join(', ')
  return {
    state,
    reasons: [
      {
        kind: 'upstream',
        facts: { rule: 'all_success', done, total: dag.tasks[id].length, waiting_for: named },
        sentence: `${done} of ${dag.tasks[id].length} upstreams are finished (rule all_success). It waits for ${words}.`,
      },
    ],
  }
}

/** The answer to a clear, mark or why; undefined: it is none of them. */
export const answerChange = ({ method, path, body, dag, sendTask, sendRun, play }) => {
  const clear = (pairs) => {
    for (const run of new Set(pairs.map(([one]) => one))) {
      const ids = pairs.filter(([one]) => one === run).map(([, id]) => id)
      for (const id of ids) {
        const row = run.rows[id]
        Object.assign(row, { state: null, start: null, end: null, event_number: row.event_number + 1 })
        sendTask(dag, run, id)
      }
      Object.assign(run, { state: 'queued', n: run.n + 1 })
      sendRun(dag, run)
      void play(dag, run, ids)
    }
  }
  const mark = (pairs, state) => {
    for (const [run, id] of pairs) {
      const row = run.rows[id]
      Object.assign(row, { state, end: Date.now(), start: row.start ?? Date.now(), event_number: row.event_number + 1 })
      sendTask(dag, run, id)
    }
  }
  const failedOnly = (pairs, wanted) => (wanted ? pairs.filter(([run, id]) => ['failed', 'upstream_failed'].includes(run.rows[id].state)) : pairs)

  if (path[2] === 'clearTaskInstances') {
    const run = dag.runs.find((one) => one.id === body.dag_run_id)
    const ids = withReach(
      dag,
      body.task_ids.map((one) => (Array.isArray(one) ? one[0] : one)),
      body.include_upstream,
      body.include_downstream,
    )
    const all = withTimes(dag, run, body.include_past, body.include_future).flatMap((one) => ids.map((id) => [one, id]))
    const pairs = failedOnly(all, body.only_failed)
    const answer = listed(dag, pairs)
    if (!body.dry_run) clear(pairs)
    return answer
  }
  if (path[2] === 'markTaskInstances') {
    const run = dag.runs.find((one) => one.id === body.dag_run_id)
    const ids = withReach(dag, body.task_ids, body.include_upstream, body.include_downstream)
    const pairs = ids.map((id) => [run, id]).filter(([one, id]) => one.rows[id].state !== body.new_state)
    const answer = listed(dag, pairs)
    if (!body.dry_run) mark(pairs, body.new_state)
    return answer
  }
  const run = dag.runs.find((one) => one.id === path[3])
  if (!run || path[2] !== 'dagRuns') return undefined
  if (path[4] === 'clear') {
    const pairs = failedOnly(
      dag.ids.map((id) => [run, id]),
      body.only_failed,
    )
    if (body.dry_run) return listed(dag, pairs)
    clear(pairs)
    return runBody(dag, run)
  }
  if (method === 'PATCH' && (path.length === 4 || path[4] === 'dry_run')) {
    const pairs = dag.ids.filter((id) => (body.state === 'success' ? run.rows[id].state !== 'success' : !over.has(run.rows[id].state))).map((id) => [run, id])
    if (path[4] === 'dry_run') return listed(dag, pairs)
    mark(pairs, body.state)
    Object.assign(run, { state: body.state, end: Date.now(), n: run.n + 1 })
    sendRun(dag, run)
    return runBody(dag, run)
  }
  if (method === 'PATCH' && path[4] === 'taskInstances') {
    const ids = withReach(dag, [path[5]], body.include_upstream, body.include_downstream)
    const pairs = withTimes(dag, run, body.include_past, body.include_future)
      .flatMap((one) => ids.map((id) => [one, id]))
      .filter(([one, id]) => one.rows[id].state !== body.new_state)
    const answer = listed(dag, pairs)
    if (path.at(-1) !== 'dry_run') mark(pairs, body.new_state)
    return answer
  }
  if (path[6] === 'why') return whyOf(dag, run, path[5])
  return undefined
}
