import type { RunWindow } from '../../../schemas/generated/records.ts'
import type { RunWindowAnswer } from '../../../schemas/http/ui-next-runs.ts'

const iso = (ms: number): string => new Date(ms).toISOString()

/** A run that a schedule makes, as the API and the command line say it: ISO, UTC. */
export const windowAnswer = (window: RunWindow): RunWindowAnswer => ({
  logical_date: iso(window.logicalDate),
  data_interval_start: iso(window.dataIntervalStart),
  data_interval_end: iso(window.dataIntervalEnd),
  run_after: iso(window.runAfter),
})
