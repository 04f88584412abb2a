import type { RunWindow } from '../../schemas/generated/records.ts'
import type { DagDefinition } from './dag.ts'
import { nextWindow } from './schedule/timetable.ts'

/** A record of the journal holds so many windows. */
export const maxBackfillRuns = 10_000

/** The runs of the DAG's calendar with a logical date from..to, oldest first; null when there are more than a backfill may have. */
export const backfillWindows = (definition: DagDefinition, from: number, to: number): readonly RunWindow[] | null => {
  const timed = { ...definition, catchup: true, endDate: Math.min(to, definition.endDate ?? to) }
  const windows: RunWindow[] = []
  // As if the run before had ended at `from`.
  let last: RunWindow = { logicalDate: from - 1, dataIntervalStart: from - 1, dataIntervalEnd: from, runAfter: from - 1 }
  for (let next = nextWindow(timed, last, to); next && next.logicalDate <= to; next = nextWindow(timed, last, to)) {
    if (next.logicalDate <= last.logicalDate && windows.length > 0) break
    if (next.logicalDate >= from) windows.push(next)
    if (windows.length > maxBackfillRuns) return null
    last = next
  }
  return windows
}
