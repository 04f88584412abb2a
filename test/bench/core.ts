/**
 * What the core costs: `node test/support/run-ts.mjs test/bench/core.ts`. Microseconds for each event that is decided in runs of 10 to 10,000 tasks
 * (it looks only at what the event touched, so they are alike: within a factor of 2), and events folded in a second (at least 200,000).
 * Leaves with 1 when one of the two does not hold.
 */
import type { Report } from '../../schemas/generated/records.ts'
import { type Column, emptyColumn, type TaskInstance } from '../../services/core/column-state.ts'
import { decide } from '../../services/core/decide.ts'
import type { Event, Input } from '../../services/core/events.ts'
import { fold } from '../../services/core/evolve.ts'
import { type ColumnDriver, columnDriver } from '../support/column-driver.ts'

/** Time of the processor, not of the wall: other programs on the machine do not count. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Ten chains side by side: 10,000 tasks have to fit a definition. */
const layered = (size: number) => ({
  dagId: 'x',
  maxActiveTasks: 1_000_000,
  tasks: Array.from({ length: size }, (_, i) => ({
    ...{ taskId: `t${i}`, operator: 'http' },
    ...(i < 10 ? {} : { upstream: [`t${i - 10}`] }),
  })),
})

const readied = (size: number): ColumnDriver => {
  const d = columnDriver()
  d.adopt(layered(size))
  d.unpause('x')
  return d
}

/** Runs through `runs` runs, task by task: microseconds of `decide` per event, and the events. */
const decided = (d: ColumnDriver, runs: number, keep = false): { readonly micros: number; readonly events: readonly Event[] } => {
  const kept: Event[] = []
  let spentMs = 0
  let made = 0
  let seq = 0
  const give = (input: Input): void => {
    seq++
    const events = decide(d.column, input, { now: d.now, token: () => `0.1.${seq}.0` })
    made += events.length
    if (keep) kept.push(...events)
  }
  for (let n = 0; n < runs; n++) {
    const from = d.events.length
    const run = d.trigger('x', { logicalDate: (n + 1) * 1000 })
    if (keep) kept.push(...d.events.slice(from))
    const report = (task: TaskInstance, body: Report['body']): void => {
      const { taskId, mapIndex, tryNumber, token } = task
      give({ kind: 'report', report: { dagId: 'x', runId: run.runId, taskId, mapIndex, tryNumber, token: token ?? '', at: d.now, by: 'w', body, start: null } })
    }
    const started = cpuMs()
    for (const task of run.tasks.values()) {
      report(task, { type: 'AttemptStarted', hostname: 'h', pid: 1, rendered: null })
      report(task, { type: 'AttemptSucceeded', xcoms: [], chosen: null, resultLength: null, outlets: [] })
    }
    spentMs += cpuMs() - started
    if (run.state !== 'success') throw new Error(`a bench run ended as ${run.state}`)
    give({ kind: 'archived', dagId: 'x', runId: run.runId, n: run.n, offset: n })
  }
  return { micros: (spentMs * 1000) / made, events: kept }
}

const best = <T>(times: number, measure: () => T, of: (result: T) => number): T =>
  Array.from({ length: times }, measure).reduce((a, b) => (of(a) <= of(b) ? a : b))

const sizes = [10, 100, 1000, 10_000]
decided(readied(100), 100) // warm
const figures = sizes.map((size) =>
  best(
    3,
    () => decided(readied(size), 40_000 / size),
    ({ micros }) => micros,
  ),
)
for (const [i, { micros }] of figures.entries()) console.log(`run of ${sizes[i]} tasks: ${micros.toFixed(2)} us per event`)
const costs = figures.map(({ micros }) => micros)
const [small = 1, large = 1] = [costs[0], costs.at(-1)]
const spread = Math.max(small, large) / Math.min(small, large)
console.log(`10 against 10,000 tasks: a factor of ${spread.toFixed(2)} (at most 2)`)

/** Reading a definition of 10,000 tasks takes its time, once: `head` is folded before the clock runs. */
const foldAll = (head: readonly Event[], events: readonly Event[]): number => {
  const column: Column = emptyColumn()
  fold(column, { at: 0, events: head })
  const started = cpuMs()
  fold(column, { at: 0, events })
  return (events.length * 1000) / (cpuMs() - started)
}
const rates = sizes.map((_, i) => {
  const d = readied(sizes[i] ?? 10)
  const head = [...d.events]
  const { events } = decided(d, 40_000 / (sizes[i] ?? 10), true)
  return best(
    3,
    () => foldAll(head, events),
    (rate) => -rate,
  )
})
for (const [i, rate] of rates.entries()) console.log(`folds ${Math.round(rate)} events/s (runs of ${sizes[i]} tasks)`)
const slowest = Math.min(...rates)
if (spread > 2 || slowest < 200_000) process.exitCode = 1
