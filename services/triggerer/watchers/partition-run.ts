/**
 * One partition in this member's share: takes messages in, has them judged, sends events, and says how far the group may move. In this order:
 * 1. The ends of new batches are written down (committed as plans) before their events are sent.
 * 2. Events and dead letters are acknowledged before the position moves past their messages.
 * 3. The offset stays at the start of the oldest open batch; how far each watch is stands in the note beside it.
 * A member that loses the partition at any moment leaves behind what the next one needs to make the same events with the same ids.
 */
import { ensureError } from '../../core/errors.ts'
import type { Commit } from '../../platform/bus/kafka/group-reader.ts'
import type { Incoming, Outgoing } from '../../platform/bus/port.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Batches, type Cut, makeBatches } from './batches.ts'
import type { Verdict } from './judging.ts'
import { type Note, watchHash, writeNote } from './notes.ts'
import type { WatchEvents } from './watch-events.ts'
import type { ActiveWatch } from './watch-table.ts'

export interface PartitionRun {
  take(records: readonly Incoming[], high: number): void
  /** Where it stands may be committed, although nothing has come yet. */
  begin(): void
  /** Watches were added, changed or taken away. */
  changed(): void
  /** What is to be committed since the last time; null: nothing. */
  progress(): Commit | null
  /** Messages that lie there and are not worked on yet. */
  lag(): number
  /** The share is over: from here on nothing of this run is committed. */
  stop(): void
}

/** What a topic tells people. Written by its runs. */
export interface Tally {
  messages: number
  events: number
  deadLetters: number
  error: { readonly at: number; readonly message: string } | null
}

export interface PartitionRunOptions {
  readonly partition: number
  /** How many the topic has. */
  readonly partitions: number
  readonly start: number
  readonly note: Note | null
  readonly clock: Clock
  readonly tally: Tally
  readonly events: WatchEvents
  readonly watches: () => readonly ActiveWatch[]
  readonly judge: (watches: readonly ActiveWatch[], records: readonly Incoming[]) => Promise<readonly (readonly Verdict[])[]>
  readonly send: (records: readonly Outgoing[]) => Promise<unknown>
  readonly commit: (commit: Commit) => Promise<void>
  /** Holds the partition back while much waits, and lets it come again. */
  readonly hold: (isHeld: boolean) => void
  readonly onFailed: (error: Error) => void
}

const chunkRecords = 500
const chunkBytes = 1_000_000
const holdRecords = 4000
const holdBytes = 8_000_000
const retryMs = [500, 1000, 2000, 5000, 10_000] as const

const sizeOf = ({ key, value }: Incoming): number => 100 + (key?.length ?? 0) + (value?.length ?? 0)

export const makePartitionRun = (options: PartitionRunOptions): PartitionRun => {
  const { partition, clock, tally, events, note: startNote } = options
  let queue: Incoming[] = []
  let queuedBytes = 0
  let isHeld = false
  let isWorking = false
  let over = false
  let high = options.start
  /** Nothing before it is to be judged again, except for watches that say otherwise. */
  let position = Math.max(startNote?.position ?? options.start, options.start)
  const batches = new Map<string, Batches>()
  let committed = ''
  /** What may be committed now; null while a batch's plan stands on the broker and its event is not sent. */
  let settled: Commit | null = null
  let cancelTimer = (): void => undefined

  const batchesOf = (watch: ActiveWatch): Batches | null => {
    if (watch.batch === 'each') return null
    const known = batches.get(watch.uri)
    if (known) return known
    const noted = startNote?.watches.get(watchHash(watch.uri))
    const made = makeBatches(watch.batch, noted?.from ?? position, noted?.planned ?? [])
    batches.set(watch.uri, made)
    return made
  }
  const commitOf = (plans: ReadonlyMap<string, { readonly from: number; readonly cuts: readonly Cut[] }>): Commit => {
    let offset = position
    const watches = new Map<string, Note['watches'] extends ReadonlyMap<string, infer W> ? W : never>()
    for (const [uri, open] of batches) {
      const plan = plans.get(uri)
      const from = plan?.from ?? open.from
      const planned = [...(plan?.cuts ?? []).map((cut) => ({ from: cut.from, end: cut.end })), ...open.planned]
      offset = Math.min(offset, from)
      if (from !== position || planned.length > 0) watches.set(watchHash(uri), { from, planned })
    }
    return { partition, offset, note: writeNote({ partitions: options.partitions, position, watches }) }
  }

  /** Judges, writes plans down, sends. `records` may be none: then only time has passed. */
  const work = async (records: readonly Incoming[]): Promise<void> => {
    const watches = options.watches()
    for (const uri of batches.keys()) if (!watches.some((watch) => watch.uri === uri && watch.batch !== 'each')) batches.delete(uri)
    for (const watch of watches) batchesOf(watch)
    const verdicts = records.length === 0 ? [] : await patiently(() => options.judge(watches, records))
    if (over) return
    const next = records.at(-1) === undefined ? position : (records.at(-1) as Incoming).offset + 1
    const sent: Outgoing[] = []
    const plans = new Map<string, { from: number; cuts: readonly Cut[] }>()
    const now = clock.now()
    for (const [index, watch] of watches.entries()) {
      const open = batchesOf(watch)
      const from = open?.from ?? position
      const cuts: Cut[] = []
      for (const [at, record] of records.entries()) {
        const verdict = verdicts[index]?.[at] ?? null
        const extra = typeof verdict === 'string' ? verdict : null
        if (typeof verdict === 'object' && verdict !== null && record.offset >= position) sent.push(deadLetter(watch, record, verdict, now))
        if (open !== null) cuts.push(...open.take(record.offset, record.timestamp, extra, now))
        else if (extra !== null && record.offset >= position) sent.push(events.each(watch, record, extra))
      }
      if (open === null) continue
      cuts.push(...open.passed(next))
      if (open.dueAt !== null && open.dueAt <= now) cuts.push(...open.flush(next))
      for (const cut of cuts) sent.push(events.batch(watch, partition, cut))
      if (cuts.length > 0) plans.set(watch.uri, { from, cuts })
    }
    if (plans.size > 0) settled = null
    if ([...plans.values()].some(({ cuts }) => cuts.some((cut) => !cut.isPlanned))) await options.commit(commitOf(plans)) // 1
    if (over) return
    if (sent.length > 0) await options.send(sent) // 2
    tally.events += sent.filter(({ topic }) => !topic.endsWith('dead-letters')).length
    tally.messages += records.filter(({ offset }) => offset >= position).length
    position = Math.max(position, next) // 3
    settled = commitOf(new Map())
  }

  const deadLetter = (watch: ActiveWatch, record: Incoming, { code, message }: { code: string; message: string }, now: number): Outgoing => {
    tally.deadLetters++
    tally.error = { at: now, message: `${watch.uri}: partition ${partition} offset ${record.offset}: ${message}` }
    return events.deadLetter(watch, record, code, message)
  }

  const patiently = async <T>(call: () => Promise<T>): Promise<T> => {
    for (let tries = 0; ; tries++) {
      try {
        return await call()
      } catch (thrown) {
        if (over) throw thrown
        tally.error = { at: clock.now(), message: ensureError(thrown).message }
        await new Promise<void>((resolve) => clock.after(retryMs[Math.min(tries, retryMs.length - 1)] ?? 0, resolve))
        if (over) throw thrown
      }
    }
  }

  const dueAt = (): number => Math.min(...[...batches.values()].map((open) => open.dueAt ?? Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY)

  const run = async (): Promise<void> => {
    isWorking = true
    cancelTimer()
    try {
      while (!over && (queue.length > 0 || dueAt() <= clock.now())) {
        const chunk = takeChunk()
        await work(chunk)
      }
    } catch (thrown) {
      if (!over) options.onFailed(ensureError(thrown))
    }
    isWorking = false
    const due = dueAt()
    if (!over && due !== Number.POSITIVE_INFINITY) cancelTimer = clock.after(Math.max(0, due - clock.now()), wake)
  }
  const wake = (): void => {
    if (!isWorking && !over) void run()
  }
  const takeChunk = (): readonly Incoming[] => {
    let count = 0
    let bytes = 0
    for (const record of queue) {
      if (count === chunkRecords || (count > 0 && bytes + sizeOf(record) > chunkBytes)) break
      bytes += sizeOf(record)
      count++
    }
    const chunk = queue.slice(0, count)
    queue = queue.slice(count)
    queuedBytes -= bytes
    if (isHeld && queue.length < holdRecords / 2 && queuedBytes < holdBytes / 2) {
      isHeld = false
      options.hold(false)
    }
    return chunk
  }

  return {
    take(records, end) {
      high = end
      if (over) return
      queue = queue.length === 0 ? [...records] : queue.concat(records)
      for (const record of records) queuedBytes += sizeOf(record)
      if (!isHeld && (queue.length > holdRecords || queuedBytes > holdBytes)) {
        isHeld = true
        options.hold(true)
      }
      wake()
    },
    begin() {
      for (const watch of options.watches()) batchesOf(watch)
      settled = commitOf(new Map())
    },
    changed: wake,
    progress() {
      if (over || settled === null) return null
      const text = `${settled.offset} ${settled.note}`
      if (text === committed) return null
      committed = text
      return settled
    },
    lag: () => Math.max(0, high - position),
    stop() {
      over = true
      cancelTimer()
      queue = []
    },
  }
}
