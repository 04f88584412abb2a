import type { RunWindowAnswer } from '../../../schemas/http/ui-next-runs.ts'
import { table } from './table.ts'
import { shortTime } from './time.ts'

/** Runs that a schedule makes. */
export const windowTable = (windows: readonly RunWindowAnswer[]): string =>
  table(windows, [
    { heading: 'LOGICAL DATE', of: (window) => shortTime(window.logical_date) },
    { heading: 'INTERVAL START', of: (window) => shortTime(window.data_interval_start) },
    { heading: 'INTERVAL END', of: (window) => shortTime(window.data_interval_end) },
    { heading: 'RUN AFTER', of: (window) => shortTime(window.run_after) },
  ])
