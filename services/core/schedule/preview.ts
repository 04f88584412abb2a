import type { RunWindow } from '../../../schemas/generated/records.ts'
import { nextWindow, type Timed } from './timetable.ts'

export interface Preview {
  /** In the order in which they are made. */
  readonly runs: readonly RunWindow[]
  /** There are more than `count`. */
  readonly more: boolean
}

/**
 * The runs that a scheduler that first looks at `now` creates up to then: all missed ones with catchup, without it the latest alone. Of a continuous
 * schedule the first: each later one waits for the end of the one before.
 */
export const runsUpTo = (dag: Timed, now: number, count: number): Preview => {
  const runs: RunWindow[] = []
  for (let next = nextWindow(dag, null, now); next !== null && next.runAfter <= now; next = nextWindow(dag, next, now)) {
    if (runs.length === count) return { runs, more: true }
    runs.push(next)
    if (dag.schedule.kind === 'continuous') break
  }
  return { runs, more: false }
}

/** The next `count` runs after `last`, as they will be made when the scheduler keeps up. */
export const runsToCome = (dag: Timed, last: RunWindow | null, now: number, count: number): readonly RunWindow[] => {
  const runs: RunWindow[] = []
  let at = now
  for (let next = nextWindow(dag, last, at); next !== null && runs.length < count; next = nextWindow(dag, next, at)) {
    runs.push(next)
    at = Math.max(at, next.runAfter)
    if (dag.schedule.kind === 'continuous') break
  }
  return runs
}
