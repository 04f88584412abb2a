/** The load of the chaos: chains, fans with joins, retries, long tasks, failures behind `all_done`. Enough DAGs for every column to have some. */
import { chain, type Dag, dag, type Task } from 'millrace'
import { recorded } from '../recorded.ts'

const options = {
  schedule: null,
  isPausedUponCreation: false,
  maxActiveRuns: 1000,
  maxActiveTasks: 100,
  // a worker that is killed again and again is nobody's fault
  defaultArgs: { retries: 50, retryDelay: 200, maxInfraRetries: 1000 },
}

const work = (taskId: string, ms: number, ends?: (tryNumber: number) => 'ok' | 'throw' | 'fail'): Task => recorded(taskId, {}, ends ? { ms, ends } : { ms })

const shapes: Record<string, () => void> = {
  chain: () => chain(...[30, 80, 200, 50, 120, 20].map((ms, i) => work(`t${i}`, ms))),
  fan: () =>
    chain(
      work('root', 30),
      [40, 60, 90, 120, 160, 200, 250, 300, 400, 500].map((ms, i) => work(`p${i}`, ms)),
      work('join', 30),
    ),
  retry: () =>
    chain(
      work('once', 50, (tryNumber) => (tryNumber % 2 === 1 ? 'throw' : 'ok')),
      work('twice', 80, (tryNumber) => (tryNumber % 3 === 0 ? 'ok' : 'throw')),
      work('last', 30),
    ),
  long: () =>
    chain(
      work('root', 30),
      [5000, 7000, 9000].map((ms, i) => work(`l${i}`, ms)),
      work('join', 30),
    ),
  deferred: () =>
    chain(
      work('root', 30),
      [500, 2000, 4000].map((waitMs, i) => recorded(`d${i}`, {}, { ms: 40, waitMs })),
      work('join', 30),
    ),
  mixed: () => {
    const after = recorded('after', { triggerRule: 'all_done' }, { ms: 40 })
    chain(work('root', 20), [work('bad', 150, () => 'fail'), work('good', 100)], after)
  },
}

export const dags: readonly Dag[] = Object.entries(shapes).flatMap(([name, build]) =>
  Array.from({ length: 6 }, (_, i) => dag(`chaos_${name}_${i}`, options, build)),
)
