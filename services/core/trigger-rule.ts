import type { TriggerRule } from './dag.ts'
import type { TaskState } from './states.ts'

/** How many direct upstream instances stand where (SEMANTICS 2: N, S, F, U, K, R; D is their sum without N). */
export interface UpstreamCounts {
  total: number
  success: number
  failed: number
  upstreamFailed: number
  skipped: number
  removed: number
}

export type Verdict = 'run' | 'wait' | Extract<TaskState, 'skipped' | 'upstream_failed' | 'removed'>

/** Besides the counts: a mapped instance's own index, and a teardown's direct setups. */
export interface RuleOptions {
  readonly mapIndex?: number
  readonly directSetups?: UpstreamCounts
}

/** SEMANTICS 2, a line of the table each. A task without upstreams runs. */
export const verdictOf = (rule: TriggerRule, counts: UpstreamCounts, { mapIndex = -1, directSetups }: RuleOptions = {}): Verdict => {
  const { total, success, failed, upstreamFailed, skipped, removed } = counts
  if (total === 0 || rule === 'always') return 'run'
  const done = success + failed + upstreamFailed + skipped + removed >= total
  const bad = failed + upstreamFailed
  switch (rule) {
    case 'all_success':
      return badVerdict(counts, mapIndex) ?? (total - success - removed === 0 ? 'run' : 'wait')
    case 'all_failed':
      return success + skipped > 0 ? 'skipped' : total - bad - removed === 0 ? 'run' : 'wait'
    case 'all_done':
      return done ? 'run' : 'wait'
    case 'all_done_min_one_success':
      if (skipped > 0) return 'skipped'
      if (!done) return 'wait'
      return success === 0 ? 'upstream_failed' : 'run'
    case 'all_skipped':
      return success + bad > 0 ? 'skipped' : total - skipped === 0 ? 'run' : 'wait'
    case 'one_success':
      if (success > 0) return 'run'
      if (!done) return 'wait'
      return skipped === total ? 'skipped' : 'upstream_failed'
    case 'one_failed':
      return bad > 0 ? 'run' : done ? 'skipped' : 'wait'
    case 'one_done':
      return success + failed > 0 ? 'run' : done ? 'skipped' : 'wait'
    case 'none_failed':
      return bad > 0 ? 'upstream_failed' : total - success - skipped - removed === 0 ? 'run' : 'wait'
    case 'none_failed_min_one_success':
      if (bad > 0) return 'upstream_failed'
      if (total - success - skipped - removed > 0) return 'wait'
      if (success > 0) return 'run'
      return skipped === total ? 'skipped' : 'upstream_failed'
    case 'none_skipped':
      return skipped > 0 ? 'skipped' : done ? 'run' : 'wait'
    case 'all_done_setup_success':
      return !done ? 'wait' : setupVerdict(directSetups)
    default:
      return rule satisfies never
  }
}

/** What counts that must all succeed make of an instance at once, or null: the first column of all_success, and of setups above. */
export const badVerdict = ({ success, failed, upstreamFailed, skipped, removed }: UpstreamCounts, mapIndex: number): Verdict | null => {
  if (failed + upstreamFailed > 0) return 'upstream_failed'
  if (skipped > 0) return 'skipped'
  return removed > 0 && success > 0 && mapIndex >= success ? 'removed' : null
}

const setupVerdict = (setups: UpstreamCounts | undefined): Verdict => {
  if (!setups || setups.total === 0 || setups.success > 0) return 'run'
  return setups.skipped === setups.total ? 'skipped' : 'upstream_failed'
}
