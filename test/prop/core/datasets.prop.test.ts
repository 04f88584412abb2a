/**
 * SEMANTICS 6: no event is lost, taken twice by one DAG, or split between two runs, whatever crashes and whatever is held back. A dataset with three
 * consumers: one that is paused and unpaused, one with maxActiveRuns 1, one that needs another dataset as well.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Command } from '../../../schemas/generated/records.ts'
import { type Column, emptyColumn } from '../../../services/core/column-state.ts'
import { decide } from '../../../services/core/decide.ts'
import type { Event, Input } from '../../../services/core/events.ts'
import { fold } from '../../../services/core/evolve.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'
import { columnFrom, type Part, partsOf } from '../../../services/core/snapshot.ts'
import { work } from '../../support/column-driver.ts'
import { propRuns } from '../../support/prop-runs.ts'

type Op = {
  readonly what: 'publish' | 'again' | 'read' | 'finish' | 'pause' | 'unpause' | 'wait' | 'crash' | 'adopt'
  readonly pick: number
  readonly more: number
}
type Mode = 'batch' | 'each' | { readonly max: number } | { readonly within: string }

const uris = ['a', 'bb']
const partitionOf = (uri: string): number => uri.indexOf(uri)
const consumers = ['paused', 'single', 'both']

interface Published {
  readonly uri: string
  readonly id: string
  readonly source: string | null
  readonly number: number | null
}

/** The column of one scheduler after another, and the log that they leave: a crash loses what was decided but not appended. */
const makeWorld = (mode: Mode, onUnpause: string) => {
  const topic: Published[][] = [[], []]
  const log: { at: number; events: readonly Event[]; next: number[] }[] = []
  let column: Column = emptyColumn()
  let next = [0, 0]
  let now = 1_000_000
  let seq = 0
  let table = 0
  let commands = 0
  const give = (input: Input): void => {
    let tokens = 0
    const events = decide(column, input, { now, token: () => `0.${seq}.${tokens++}`, datasetPositions: () => next })
    seq++
    column.at = now
    log.push({ at: now, events: JSON.parse(JSON.stringify(events)), next: [...next] })
  }
  const adopt = (dagId: string, schedule: unknown, version: string): void => {
    const normal = normalDag({ dagId, schedule, events: mode, onUnpause, maxActiveRuns: dagId === 'single' ? 1 : 4, tasks: [work('t')], description: version })
    if (!normal.ok) throw new Error(JSON.stringify(normal.problems))
    const row = { dagId, version, definition: JSON.stringify(normal.dag), bundle: null, fileloc: null, source: null, publishedBy: 'test', publishedAt: 0 }
    give({ kind: 'dag', dagId, tableOffset: table++, dag: { row, definition: normal.dag } })
  }
  const pause = (dagId: string, paused: boolean): void => {
    const nothing = { principal: null, runId: null, logicalDate: null, withoutLogicalDate: false, dataIntervalStart: null, dataIntervalEnd: null }
    const rest = { runAfter: null, conf: null, note: null, args: null }
    const command: Command = { id: `c${commands++}`, dagId, kind: 'set_paused', at: now, paused, ...nothing, ...rest }
    give({ kind: 'command', cause: { column: 0, offset: commands }, command })
  }
  const both = { all: [{ uri: 'a' }, { uri: 'bb' }] }
  const adoptAll = (version: string): void => {
    adopt('paused', { uri: 'a' }, version)
    adopt('single', { any: [{ uri: 'a' }, { uri: 'bb' }] }, version)
    adopt('both', both, version)
  }
  adoptAll('v1')
  for (const dagId of consumers) pause(dagId, false)

  return {
    topic,
    get column() {
      return column
    },
    publish: (event: Published) => void topic[partitionOf(event.uri)]?.push(event),
    /** Takes in the next record of a partition; its position stands in the decision. */
    read(partition: number): boolean {
      const offset = next[partition] ?? 0
      const event = topic[partition]?.[offset]
      if (!event) return false
      next = next.map((at, p) => (p === partition ? offset + 1 : at))
      const from = { sourceDagId: null, sourceRunId: null, sourceTaskId: null, sourceMapIndex: null, producer: null }
      const { uri, id, source, number } = event
      give({ kind: 'dataset_event', event: { uri, id, at: 0, extra: '{}', ...from }, partition, offset, source, number })
      return true
    },
    finish(pick: number): boolean {
      const running = [...column.dags.values()].flatMap((dag) => [...dag.runs.values()].filter(({ state }) => state === 'running'))
      const run = running[pick % Math.max(1, running.length)]
      const task = run?.tasks.get('t')
      if (!run || !task) return false
      const body = { type: 'AttemptSucceeded', xcoms: [], chosen: null, resultLength: null, outlets: [] } as const
      const { taskId, mapIndex, tryNumber, token } = task
      give({
        kind: 'report',
        report: { dagId: run.dagId, runId: run.runId, taskId, mapIndex, tryNumber, token: token ?? '', at: now, by: 'w', body, start: null },
      })
      return true
    },
    pause,
    adopt: () => adoptAll(`v${table}`),
    wait(ms: number) {
      now += ms
      give({ kind: 'time' })
    },
    /** The last decisions were never appended; the next owner begins from a checkpoint and the log behind it, and reads the inputs from where that stands. */
    crash(lost: number, checkpoint: number) {
      const kept = Math.max(6, log.length - lost)
      log.length = kept
      let restored = emptyColumn()
      for (const [i, decision] of log.entries()) {
        if (i === checkpoint % kept) restored = columnFrom(JSON.parse(JSON.stringify([...partsOf(restored).values()].map((part) => part()))) as Part[])
        fold(restored, structuredClone(decision))
      }
      column = columnFrom(JSON.parse(JSON.stringify([...partsOf(restored).values()].map((part) => part()))) as Part[])
      next = [...(log.at(-1)?.next ?? [0, 0])]
      seq += 1000
    },
    log,
  }
}

const op = fc.record({
  what: fc.constantFrom<Op['what']>(
    'publish',
    'publish',
    'publish',
    'again',
    'read',
    'read',
    'read',
    'finish',
    'finish',
    'pause',
    'unpause',
    'wait',
    'crash',
    'adopt',
  ),
  pick: fc.nat(1000),
  more: fc.nat(1000),
})
const modes = fc.constantFrom<Mode>('batch', 'each', { max: 2 }, { max: 3 }, { within: '1s' })

it('no event is lost, taken twice by a DAG, or split between two runs, whatever the timing', () => {
  fc.assert(
    fc.property(modes, fc.constantFrom('consume', 'skip'), fc.array(op, { maxLength: 80 }), (mode, onUnpause, ops) => {
      const world = makeWorld(mode, onUnpause)
      const published: Published[] = []
      for (const { what, pick, more } of ops) {
        const uri = uris[pick % 2] ?? 'a'
        if (what === 'publish') {
          const number = published.length
          const event = more % 2 === 0 ? { uri, id: `id${number}`, source: null, number: null } : { uri, id: `n${number}`, source: `s${more % 3}`, number }
          published.push(event)
          world.publish(event)
        } else if (what === 'again') {
          // Sent again by a producer that saw no answer: the same id; of a numbered source all since then comes again, in order.
          const event = published[more % Math.max(1, published.length)]
          if (event?.source === null) world.publish(event)
          else if (event)
            for (const one of published.slice(published.indexOf(event))) if (one.source === event.source && one.uri === event.uri) world.publish(one)
        } else if (what === 'read') for (let i = 0; i <= more % 3; i++) world.read(pick % 2)
        else if (what === 'finish') world.finish(pick)
        else if (what === 'pause' || what === 'unpause') world.pause('paused', what === 'pause')
        else if (what === 'wait') world.wait(more)
        else if (what === 'crash') world.crash(more % 8, pick)
        else world.adopt()
      }
      while (world.read(0) || world.read(1));
      world.pause('paused', false)
      world.wait(5000)
      for (let i = 0; world.finish(i) && i < 10_000; i++) world.wait(0)
      world.wait(5000)
      for (let i = 0; world.finish(i) && i < 10_000; i++) world.wait(0)

      for (const dagId of consumers) {
        const dag = world.column.dags.get(dagId)
        const created = world.log.flatMap(({ events }) => events.filter((e) => e.type === 'RunCreated' && e.dagId === dagId))
        const taken = created.flatMap((e) => (e.type === 'RunCreated' ? e.datasetEvents.map(({ uri, id }) => `${uri} ${id}`) : []))
        const waits = [...(dag?.arrivals.waiting.values() ?? [])].flatMap((queue) => [...queue].map(({ uri, id }) => `${uri} ${id}`))
        const wanted = published.filter(({ uri }) => dag?.arrivals.cursors.has(uri)).map(({ uri, id }) => `${uri} ${id}`)
        expect(new Set([...taken, ...waits]).size, `${dagId}: taken twice`).toBe(taken.length + waits.length)
        const skips = onUnpause === 'skip' && dagId === 'paused'
        if (!skips) expect([...taken, ...waits].sort()).toEqual([...wanted].sort())
        for (const one of taken) expect(wanted).toContain(one)
        // Nothing waits that could be taken.
        expect(dagId === 'both' ? dag?.arrivals.waiting.size !== 2 : waits.length === 0, `${dagId} waits for nothing: ${waits}`).toBe(true)
        expect(new Set(created.map((e) => (e.type === 'RunCreated' ? e.runId : ''))).size).toBe(created.length)
        if (mode === 'each' && dagId !== 'both') for (const e of created) expect(e.type === 'RunCreated' && e.datasetEvents.length).toBe(1)
      }
    }),
    propRuns(1000),
  )
})
