/** The trigger rules again, naively: over the states of all upstreams, one by one (SEMANTICS 2). */

export const finished = ['success', 'failed', 'skipped', 'upstream_failed', 'removed']

/** all_success: the state it takes, `wait`, or null when all of them succeeded. */
export const strict = (states: string[], index: number): string | null => {
  const ok = states.filter((s) => s === 'success').length
  if (states.some((s) => s === 'failed' || s === 'upstream_failed')) return 'upstream_failed'
  if (states.includes('skipped')) return 'skipped'
  if (states.includes('removed') && ok > 0 && index >= ok) return 'removed'
  return states.every((s) => s === 'success' || s === 'removed') ? null : 'wait'
}

export const byRule = (rule: string, s: string[], index: number): string => {
  const all = s.every((one) => finished.includes(one))
  const has = (...states: string[]) => s.some((one) => states.includes(one))
  const only = (...states: string[]) => s.every((one) => states.includes(one))
  const bad = has('failed', 'upstream_failed')
  if (rule === 'all_success') return strict(s, index) ?? 'run'
  if (rule === 'all_failed') return has('success', 'skipped') ? 'skipped' : only('failed', 'upstream_failed', 'removed') ? 'run' : 'wait'
  if (rule === 'all_done') return all ? 'run' : 'wait'
  if (rule === 'all_done_min_one_success') return has('skipped') ? 'skipped' : !all ? 'wait' : has('success') ? 'run' : 'upstream_failed'
  if (rule === 'all_skipped') return has('success') || bad ? 'skipped' : only('skipped') ? 'run' : 'wait'
  if (rule === 'one_success') return has('success') ? 'run' : !all ? 'wait' : only('skipped') ? 'skipped' : 'upstream_failed'
  if (rule === 'one_failed') return bad ? 'run' : all ? 'skipped' : 'wait'
  if (rule === 'one_done') return has('success', 'failed') ? 'run' : all ? 'skipped' : 'wait'
  if (rule === 'none_skipped') return has('skipped') ? 'skipped' : all ? 'run' : 'wait'
  if (bad) return 'upstream_failed'
  if (!only('success', 'skipped', 'removed')) return 'wait'
  return rule === 'none_failed' || has('success') ? 'run' : only('skipped') ? 'skipped' : 'upstream_failed'
}
