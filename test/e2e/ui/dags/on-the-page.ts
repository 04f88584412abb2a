/** DAGs for the tests of the page: one that fails, one that waits for a worker that never comes, one with many dates, one that makes a dataset and one that needs two. */
import { all, bash, chain, dag, dataset } from 'millrace'

const options = { schedule: null, isPausedUponCreation: false }

export const fails = dag('page_fails', options, () => chain(bash('first', 'true'), bash('breaks', 'exit 3'), bash('below', 'true')))

export const waits = dag('page_waits', options, () => chain(bash('stuck', 'true', { queue: 'nobody' }), bash('after', 'true')))

export const dates = dag(
  'page_dates',
  { schedule: '@daily', startDate: '2026-01-01', endDate: '2026-02-01', catchup: false, isPausedUponCreation: false, maxActiveRuns: 4 },
  () => bash('day', 'sleep 1.5; echo {{ ds }}'), // long enough to be paused and cancelled by hand
)

const [made, foreign] = [dataset('file:///page/made'), dataset('file:///page/foreign')]

export const makes = dag('page_makes', options, () => bash('make', 'true', { outlets: [made] }))

export const takes = dag('page_takes', { ...options, schedule: all(made, foreign) }, () => bash('take', 'true'))
