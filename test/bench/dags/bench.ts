/** The DAGs of the bench: trivial function tasks, each in a worker's child; limits out of the way. */
import { chain, dag, task } from 'millrace'

const free = { schedule: null, maxActiveRuns: 1000, maxActiveTasks: 2000 }

const link = (name: string) => task(name, async () => undefined)

export const chain40 = dag('chain40', free, () => {
  chain(...Array.from({ length: 40 }, (_, i) => link(`t${i}`)))
})

export const fan1000 = dag('fan1000', free, () => {
  const parallel = Array.from({ length: 1000 }, (_, i) => link(`t${i}`))
  chain(link('root'), parallel, link('join'))
})

export const runs50x10 = dag('runs50x10', free, () => {
  chain(...Array.from({ length: 10 }, (_, i) => link(`t${i}`)))
})

/** Five tasks a day, as far back as a year: `backfill`. */
export const yearly = dag('yearly', { schedule: '@daily', startDate: '2025-01-01', catchup: false }, () => {
  chain(...Array.from({ length: 5 }, (_, i) => link(`t${i}`)))
})

/** What goes on beside a backfill. */
export const ticker = dag('ticker', { schedule: '3s', startDate: '2026-01-01', catchup: false }, () => {
  link('tick')
})
