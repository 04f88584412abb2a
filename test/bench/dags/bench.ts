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
