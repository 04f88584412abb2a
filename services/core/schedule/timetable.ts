/**
 * Which run a schedule makes next (SEMANTICS 4), as Airflow 3's timetables do:
 *
 * - with data intervals (cron, duration), a run covers the time from one fire to the next, is named by its start and may start at its end;
 * - as a trigger (`dataIntervals: false`, dates), a run is named by a fire, covers nothing and may start there;
 * - `once` runs at startDate, or at once; `continuous` covers what passed since the run before it.
 *
 * `catchup` makes every run since startDate, oldest first. Without it what was missed stays missed, but for the latest: so the answer moves on
 * with `now`, and the caller asks again when a planned run comes due. Contiguous by construction: the next interval begins where the last ended.
 */
import type { RunWindow } from '../../../schemas/generated/records.ts'
import type { DagDefinition } from '../dag.ts'
import { type Fires, firesOf } from './fires.ts'

export type Timed = Pick<DagDefinition, 'schedule' | 'timezone' | 'startDate' | 'endDate' | 'catchup'>

/** The next run the schedule makes after `last` (the window of its last scheduled run), seen from `now`; null when it makes none. It may lie in the future. */
export const nextWindow = (dag: Timed, last: RunWindow | null, now: number): RunWindow | null => {
  const window = windowOf(dag, last, now)
  return window === null || (dag.endDate !== null && window.logicalDate > dag.endDate) ? null : window
}

const windowOf = (dag: Timed, last: RunWindow | null, now: number): RunWindow | null => {
  const { schedule } = dag
  switch (schedule.kind) {
    case 'none':
      return null
    case 'once':
      return last === null ? instant(dag.startDate ?? now) : null
    case 'continuous':
      return nextContinuous(dag, last, now)
    case 'cron':
    case 'duration':
    case 'dates': {
      const fires = firesOf(schedule, dag.timezone, dag.startDate)
      if (fires === null) return null
      return schedule.kind !== 'dates' && schedule.dataIntervals ? nextInterval(dag, fires, last, now) : nextTrigger(dag, fires, last, now)
    }
  }
}

const nextInterval = (dag: Timed, fires: Fires, last: RunWindow | null, now: number): RunWindow | null => {
  const candidates: (number | null)[] = []
  // The schedule may have changed since: then the first new interval is the one that holds the last one's end.
  if (last !== null) candidates.push(fires.previous(last.dataIntervalEnd))
  if (dag.startDate !== null) candidates.push(atOrAfter(fires, dag.startDate))
  if (!dag.catchup) candidates.push(startOfLatest(fires, now))
  const start = latestOf(candidates)
  const end = start === null ? null : fires.next(start)
  return start === null || end === null ? null : interval(start, end, end)
}

const nextTrigger = (dag: Timed, fires: Fires, last: RunWindow | null, now: number): RunWindow | null => {
  const candidates: (number | null)[] = []
  if (last !== null) candidates.push(fires.next(last.runAfter))
  if (dag.startDate !== null) candidates.push(atOrAfter(fires, dag.startDate))
  // A bound that no fire satisfies: nothing is left to run.
  if (candidates.includes(null)) return null
  if (last === null && dag.startDate === null) candidates.push(firstTrigger(fires, now))
  else if (!dag.catchup) candidates.push(fires.previous(now))
  const fire = latestOf(candidates)
  return fire === null ? null : instant(fire)
}

/** A new DAG without startDate takes a fire that has only just passed (a tenth of the way to the next, or five minutes), else waits for the next. */
const firstTrigger = (fires: Fires, now: number): number | null => {
  const past = fires.previous(now)
  const next = fires.next(now)
  if (past === null) return next
  const graceMs = Math.max(next === null ? 0 : (next - past) / 10, 300_000)
  return now - past <= graceMs ? past : next
}

/** From the end of the last run (or startDate) to now; the first one with a startDate to come waits for it. */
const nextContinuous = (dag: Timed, last: RunWindow | null, now: number): RunWindow => {
  const first = dag.startDate ?? now
  if (last === null) return interval(first, Math.max(first, now), Math.max(first, now))
  // Behind an empty interval the next would have the same logical date.
  const behind = last.dataIntervalEnd > last.logicalDate ? last.dataIntervalEnd : last.dataIntervalEnd + 1
  const start = dag.startDate === null ? behind : Math.max(behind, dag.startDate)
  return interval(start, Math.max(start, now), Math.max(start, now))
}

/** The data interval of a manual run with this logical date: the last complete one (cron), the time just before it (duration), or none at all. */
export const intervalFor = (dag: Pick<DagDefinition, 'schedule' | 'timezone' | 'startDate'>, logicalDate: number): { start: number; end: number } => {
  const { schedule } = dag
  const exact = { start: logicalDate, end: logicalDate }
  if (schedule.kind === 'duration' && schedule.dataIntervals) return { start: logicalDate - schedule.everyMs, end: logicalDate }
  if (schedule.kind !== 'cron' || !schedule.dataIntervals) return exact
  const fires = firesOf(schedule, dag.timezone, dag.startDate)
  const end = fires?.previous(logicalDate) ?? null
  const start = end === null ? null : (fires?.previous(end - 1) ?? null)
  return start === null || end === null ? exact : { start, end }
}

/** Start of the latest interval that is complete at `now`. */
const startOfLatest = (fires: Fires, now: number): number | null => {
  const end = fires.previous(now)
  return end === null ? null : fires.previous(end - 1)
}

const atOrAfter = (fires: Fires, ms: number): number | null => fires.next(ms - 1)

const latestOf = (instants: readonly (number | null)[]): number | null => {
  const known = instants.filter((ms) => ms !== null)
  return known.length === 0 ? null : Math.max(...known)
}

const interval = (start: number, end: number, runAfter: number): RunWindow => ({ logicalDate: start, dataIntervalStart: start, dataIntervalEnd: end, runAfter })

const instant = (at: number): RunWindow => interval(at, at, at)
