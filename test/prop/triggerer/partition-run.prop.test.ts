/**
 * A partition that passes from member to member, each of which dies or is deposed at any of its steps, before or after it took effect: whatever
 * happens, each message that counts has one event, and stands in one batch. Events are told apart by their ids, as a DAG does.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Commit } from '../../../services/platform/bus/kafka/group-reader.ts'
import type { Incoming, Outgoing } from '../../../services/platform/bus/port.ts'
import type { Cut } from '../../../services/triggerer/watchers/batches.ts'
import { readNote } from '../../../services/triggerer/watchers/notes.ts'
import { makePartitionRun, type PartitionRun } from '../../../services/triggerer/watchers/partition-run.ts'
import type { WatchEvents } from '../../../services/triggerer/watchers/watch-events.ts'
import type { ActiveWatch } from '../../../services/triggerer/watchers/watch-table.ts'
import { makeVirtualClock } from '../../support/virtual-clock.ts'

const watchOf = (uri: string, batch: ActiveWatch['batch']): ActiveWatch => ({
  ...{ uri, topic: 't', cluster: 'kafka_default', value: 'json', batch, filter: null, extra: null },
  ...{ needsCode: false, dagId: 'd', bundle: null, conflict: null },
})
const record = (offset: number): Incoming => ({ topic: 't', partition: 0, offset, timestamp: 1000 + offset, key: null, value: Buffer.from('1'), headers: {} })

/** What each watch counts, so that batches end in different places. */
const counts: readonly ((offset: number) => boolean)[] = [(n) => n % 3 === 0, (n) => n % 2 === 0, () => true]

interface Step {
  /** Messages that come before it. */
  readonly messages: number
  /** Between five and the next five of them. */
  readonly gapMs: number
  /** After the last. */
  readonly waitMs: number
  /** Its member dies at this call; 0: it is asked to leave. */
  readonly diesAt: number
  /** ... after the call took effect. */
  readonly after: boolean
  /** What it had sent arrives when the next member is there. */
  readonly late: boolean
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    messages: fc.integer({ min: 0, max: 40 }),
    gapMs: fc.constantFrom(1, 60, 150, 260),
    waitMs: fc.constantFrom(0, 10, 500, 2000),
    diesAt: fc.integer({ min: 0, max: 12 }),
    after: fc.boolean(),
    late: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
)
const watches = [watchOf('each', 'each'), watchOf('a', { count: 4, withinMs: 1000 }), watchOf('b', { count: 7, withinMs: 400 })]

const play = async (plan: readonly Step[]): Promise<void> => {
  const clock = makeVirtualClock('2026-01-01T00:00:00Z')
  const arrived = new Map<string, readonly number[]>()
  let committed: { offset: number; note: string } = { offset: 0, note: '' }
  let end = 0
  let generation = 0
  const late: (() => void)[] = []

  const events: WatchEvents = {
    each: ({ uri }, { offset, timestamp }) => outgoing(uri, `${offset}@${timestamp}`, [offset]),
    batch: ({ uri }, _partition, { from, end: to, items, at }: Cut) => outgoing(uri, `${from}-${to - 1}@${at}`, items.map(Number)),
    deadLetter: () => {
      throw new Error('there is nothing to complain of')
    },
  }
  const arrive = (records: readonly Outgoing[]): void => {
    for (const { key, value, headers } of records) {
      const id = `${key} ${headers?.['event-id']}`
      const offsets: readonly number[] = JSON.parse(String(value))
      // The same id is the same event: whoever made it.
      if (arrived.has(id)) expect(offsets).toEqual(arrived.get(id))
      arrived.set(id, offsets)
    }
  }

  const member = ({ diesAt, after, late: isLate }: Pick<Step, 'diesAt' | 'after' | 'late'>): PartitionRun => {
    const mine = ++generation
    let calls = 0
    let isDead = false
    /** A call to the world: it may be the last. */
    const call = async (effect: () => void, canBeLate = false): Promise<void> => {
      await Promise.resolve()
      if (isDead) return new Promise(() => undefined)
      // The topic's timer may ring between the plan and what is sent.
      const progress = canBeLate && mine === generation ? run.progress() : null
      if (progress !== null) committed = progress
      if (++calls !== diesAt) return effect()
      isDead = true
      run.stop()
      if (isLate && canBeLate) late.push(effect)
      else if (after) effect()
      return new Promise(() => undefined)
    }
    const { offset: start, note } = committed
    const commit = (made: Commit): Promise<void> =>
      call(() => {
        if (mine !== generation) throw new Error('this member is deposed')
        committed = made
      })
    const run = makePartitionRun({
      partition: 0,
      partitions: 1,
      start,
      note: readNote(note),
      clock,
      tally: { messages: 0, events: 0, deadLetters: 0, error: null },
      events,
      watches: () => watches,
      judge: async (asked, records) => {
        await call(() => undefined)
        return asked.map((watch) => records.map(({ offset }) => (counts[watches.indexOf(watch)]?.(offset) ? String(offset) : null)))
      },
      send: (records) => call(() => arrive(records), true),
      commit,
      hold: () => undefined,
      onFailed: () => undefined,
    })
    run.begin()
    /** What the topic's timer does. */
    const tick = (): void => {
      if (isDead || mine !== generation) return
      const progress = run.progress()
      if (progress !== null) commit(progress).catch(() => undefined)
      clock.after(300, tick)
    }
    tick()
    if (end > start)
      run.take(
        Array.from({ length: end - start }, (_, i) => record(start + i)),
        end,
      )
    return run
  }

  for (const step of plan) {
    const run = member(step)
    for (const effect of late.splice(0)) effect()
    const first = end
    end += step.messages
    for (let at = first; at < end; at += 5) {
      run.take(
        Array.from({ length: Math.min(5, end - at) }, (_, i) => record(at + i)),
        end,
      )
      await clock.move(step.gapMs)
    }
    await clock.move(step.waitMs)
    run.stop()
  }
  member({ diesAt: 0, after: false, late: false })
  for (const effect of late.splice(0)) effect()
  await clock.move(60_000)

  for (const [index, { uri }] of watches.entries()) {
    const taken = [...arrived].filter(([id]) => id.startsWith(`${uri} `)).flatMap(([, offsets]) => offsets)
    const wanted = Array.from({ length: end }, (_, offset) => offset).filter((offset) => counts[index]?.(offset))
    expect(
      [...taken].sort((a, b) => a - b),
      `messages of ${uri}`,
    ).toEqual(wanted)
  }
}

const outgoing = (key: string, id: string, offsets: readonly number[]): Outgoing => ({
  topic: 'dataset-events',
  key,
  value: Buffer.from(JSON.stringify(offsets)),
  headers: { 'event-id': id },
})

it('makes each message one event, and puts it into one batch', async () => {
  await fc.assert(fc.asyncProperty(steps, play), { numRuns: 300 })
})
