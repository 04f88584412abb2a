/** A run of 200 tasks that takes some seconds, and a small DAG for every column. */
import { chain, type Dag, dag } from 'millrace'
import { recorded } from '../../../chaos/recorded.ts'

const options = { schedule: null, isPausedUponCreation: false, maxActiveRuns: 1000, maxActiveTasks: 1000, defaultArgs: { maxInfraRetries: 20 } }
const lanes = 66

/** root, 66 lanes of three, join. */
export const survive200: Dag = dag('survive200', options, () => {
  const root = recorded('root', {}, { ms: 20 })
  const join = recorded('join', {}, { ms: 20 })
  for (let lane = 0; lane < lanes; lane++) chain(root, ...[0, 1, 2].map((i) => recorded(`lane${lane}_${i}`, {}, { ms: 300 + ((lane * 7) % 10) * 20 })), join)
})

export const small: readonly Dag[] = Array.from({ length: 24 }, (_, i) =>
  dag(`small_${i}`, options, () => chain(recorded('a', {}, { ms: 100 }), recorded('b', {}, { ms: 50 }))),
)
