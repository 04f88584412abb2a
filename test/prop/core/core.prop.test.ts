import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Column, emptyColumn } from '../../../services/core/column-state.ts'
import type { Event } from '../../../services/core/events.ts'
import { fold } from '../../../services/core/evolve.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'
import { columnFrom, partsOf } from '../../../services/core/snapshot.ts'
import { isFinished, type RunState, type TaskState } from '../../../services/core/states.ts'
import { runTransitions, taskTransitions } from '../../../services/core/transitions.ts'
import { attemptLaws } from '../../support/attempt-laws.ts'
import { type ColumnDriver, columnDriver } from '../../support/column-driver.ts'
import { doIt } from '../../support/do-it.ts'
import { propRuns } from '../../support/prop-runs.ts'
import { type Doing, type RandomDag, randomDag, randomDoings } from '../../support/random-dag.ts'
import { referenceModel } from '../../support/reference-model.ts'

/** Runs a random history; `each` is called with what every input decided. */
const play = (dag: RandomDag, doings: readonly Doing[], each: (d: ColumnDriver, decided: readonly Event[], what: string) => void): ColumnDriver => {
  const d = columnDriver()
  const history = { inputs: [] }
  const seen = { length: 0 }
  const told = (what: string): void => {
    each(d, d.events.slice(seen.length), what)
    seen.length = d.events.length
  }
  d.adopt(dag)
  told('adopt')
  d.unpause('x')
  told('unpause')
  d.command({ dagId: 'x', kind: 'trigger_run', logicalDate: 4_000_000 })
  told('trigger')
  for (const doing of doings) {
    doIt(d, 'x', doing, history)
    told(`${doing.what} ${doing.pick} ${doing.more}`)
  }
  return d
}

const isValid = (dag: RandomDag): boolean => normalDag(dag).ok
const cases = fc.tuple(randomDag.filter(isValid), randomDoings)

/** All of a column, what follows from the rest included; lines of waiting instances excepted, which decide empties as it goes. */
const everything = (column: Column): unknown => {
  const parts = [...partsOf(column)].map(([name, part]) => [name, part()])
  const derived = [...column.dags.values()].map((dag) => [
    dag.dates,
    dag.running,
    [...dag.activeOf].sort(),
    [...dag.runs.values()].map((run) => [
      [run.unfinished, run.moving, run.active, run.xcoms, [...run.activeOf].sort()],
      [...run.mapped].map(([taskId, tasks]) => [taskId, tasks.map(({ key }) => key)]).sort(),
      [...run.tasks.values()].map(({ key, gate, inner }) => [key, gate, inner]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    ]),
  ])
  return [parts, derived]
}

/** The comparison that explains itself is slow: it is asked where the quick one says no. */
const expectSame = (a: unknown, b: unknown): void => {
  if (!isDeepStrictEqual(a, b)) expect(a).toEqual(b)
}

test('the core agrees with the reference model, at every event and after every decision', () => {
  fc.assert(
    fc.property(cases, ([dag, doings]) => {
      const parsed = normalDag(dag)
      if (!parsed.ok) return
      let paused = true
      const model = referenceModel(parsed.dag, () => paused)
      const laws = attemptLaws(parsed.dag)
      play(dag, doings, (_, decided) => {
        for (const event of decided) {
          if (event.type === 'DagPauseChanged') paused = event.paused
          model.take(event)
          laws.take(event)
        }
        model.settled()
      })
    }),
    propRuns(),
  )
})

test('replaying any prefix and then the rest equals replaying all; a snapshot and the tail equal the whole', () => {
  fc.assert(
    fc.property(cases, fc.nat(1000), ([dag, doings], cut) => {
      const d = play(dag, doings, () => {})
      const at = cut % (d.events.length + 1)
      const prefix = emptyColumn()
      fold(prefix, { at: d.now, events: d.events.slice(0, at) })
      const parts = [...partsOf(prefix).values()].map((part) => structuredClone(part()))
      const restored = columnFrom(parts)
      expectSame(everything(restored), everything(prefix))
      const whole = everything({ ...d.column, at: d.now })
      for (const column of [prefix, restored]) {
        fold(column, { at: d.now, events: d.events.slice(at) })
        expectSame(everything(column), whole)
      }
    }),
    propRuns(),
  )
})

test('an input that comes again, and a report with an old token, change nothing', () => {
  fc.assert(
    fc.property(cases, ([dag, doings]) => {
      play(dag, doings, (_, decided, what) => {
        if (what.startsWith('again')) for (const event of decided) expect(event.type).toBe('never')
      })
    }),
    propRuns(),
  )
})

test('every transition stands in the table; a finished instance changes only by clear, mark, backfill or a branch; run numbers have no gaps', () => {
  fc.assert(
    fc.property(cases, ([dag, doings]) => {
      const tasks = new Map<string, TaskState>()
      const runs = new Map<string, { state: RunState; n: number }>()
      play(dag, doings, (_, decided, what) => {
        const refilled = new Set(decided.flatMap((event) => (event.type === 'RunStateChanged' && event.backfillId !== null ? [event.runId] : [])))
        for (const event of decided) {
          if (event.type === 'RunCreated') runs.set(event.runId, { state: 'queued', n: event.n })
          if (event.type !== 'TaskStateChanged' && event.type !== 'RunStateChanged' && event.type !== 'TaskMapped') continue
          const run = runs.get(event.runId) ?? { state: 'queued', n: 0 }
          expect(event.n).toBe(run.n + 1)
          runs.set(event.runId, { ...run, n: event.n })
          if (event.type === 'RunStateChanged') {
            expect(runTransitions[run.state]).toContain(event.state)
            runs.set(event.runId, { state: event.state as RunState, n: event.n })
          }
          if (event.type !== 'TaskStateChanged') continue
          const key = `${event.runId}/${event.taskId}/${event.mapIndex}`
          const before = tasks.get(key) ?? 'none'
          expect([before, ...taskTransitions[before]], `${key} ${before} -> ${event.state}`).toContain(event.state)
          if (event.state === before) expect([before, event.reason]).toEqual(['deferred', 'trigger_lost'])
          if (isFinished(before))
            expect(
              // By a command, which may have waited for archived runs; by a branch; by a backfill that processes the run again.
              /^(clear|mark|readBack)/.test(what) || event.reason?.startsWith('skipped by') || (event.reason === 'cleared' && refilled.has(event.runId)),
              `${key} ${before} -> ${event.state} by ${what}`,
            ).toBe(true)
          tasks.set(key, event.state as TaskState)
        }
      })
    }),
    propRuns(),
  )
})
