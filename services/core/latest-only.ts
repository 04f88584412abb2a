/** Latest only (SEMANTICS 3): goes on only while now lies inside the interval that follows the run's own; a manual run always goes on. */
import type { Run } from './column-state.ts'
import { nextWindow } from './schedule/timetable.ts'

/** What it chooses: null is everything, an empty list nothing. */
export const latestOnlyChoice = (run: Run, now: number): readonly string[] | null => {
  if (run.runType === 'manual' || run.logicalDate === null) return null
  const { definition } = run.version
  const start = run.dataIntervalStart ?? run.logicalDate
  const end = run.dataIntervalEnd ?? run.logicalDate
  const own = { logicalDate: run.logicalDate, dataIntervalStart: start, dataIntervalEnd: end, runAfter: Math.max(end, run.logicalDate) }
  const next = nextWindow({ ...definition, catchup: true, endDate: null }, own, now)
  if (next === null) return null
  // A trigger timetable's interval is empty: what follows it is the time up to the next fire.
  const [from, to] = next.dataIntervalStart === next.dataIntervalEnd ? [end, next.runAfter] : [next.dataIntervalStart, next.dataIntervalEnd]
  return from < now && now <= to ? null : []
}
