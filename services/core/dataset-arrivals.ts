/**
 * What a DAG knows of the datasets that it waits for (SEMANTICS 6, PROTOCOL "Datasets"): the events that wait, oldest first, a cursor per dataset
 * and partition behind the last one that was taken, and what says that an event came before: the last number of each source that numbers its events,
 * and the ids of seven days for others. Runs take from the front, so what waits is always what lies at the cursors or behind them.
 */
import { placeId } from '../../schemas/dataset-event.ts'
import type { DatasetEventRef } from '../../schemas/generated/records.ts'
import type { EventOf } from './events.ts'
import { type Fifo, makeFifo } from './fifo.ts'
import { impossible } from './impossible.ts'

/** A dataset event as a run keeps it, for its tasks. */
export interface TriggeringEvent {
  readonly id: string
  readonly uri: string
  /** JSON object. */
  readonly extra: string
  readonly at: number
  readonly sourceDagId: string | null
  readonly sourceRunId: string | null
  readonly sourceTaskId: string | null
  readonly sourceMapIndex: number | null
  readonly producer: string | null
}

export interface WaitingEvent extends TriggeringEvent {
  /** Counts what arrived at the DAG. */
  readonly arrival: number
  /** When it did. */
  readonly arrivedAt: number
  /** Where it lies on topic dataset-events. */
  readonly partition: number
  readonly offset: number
}

export interface Arrivals {
  /** Number of the next arrival. */
  next: number
  waits: number
  /** By dataset, oldest first. Only datasets of which something waits. */
  readonly waiting: Map<string, Fifo<WaitingEvent>>
  /** By dataset that the DAG waits for: next offset on each partition. */
  readonly cursors: Map<string, number[]>
  /** Dataset and source -> last number. */
  readonly numbers: Map<string, number>
  /** Dataset and id of events whose source does not number them. */
  readonly ids: Set<string>
  /** The same by arrival, in thousands, to let go of the oldest. */
  readonly idsBy: Map<number, { at: number; readonly keys: string[] }>
}

export const noArrivals = (): Arrivals => ({
  next: 0,
  waits: 0,
  waiting: new Map(),
  cursors: new Map(),
  numbers: new Map(),
  ids: new Set(),
  idsBy: new Map(),
})

/** Arrivals that stand in one part of a checkpoint. */
const lotSize = 1000
export const lotOf = (arrival: number): number => Math.floor(arrival / lotSize)

const rememberIdsMs = 7 * 86_400_000
const maxIds = 500_000

const keyOf = (uri: string, name: string): string => `${uri}\n${name}`

type Identity = Pick<EventOf<'DatasetEventArrived'>, 'uri' | 'id' | 'source' | 'number' | 'partition' | 'offset'>

/** Whether the DAG had this event before, or does not wait for what lies there. */
export const cameBefore = (arrivals: Arrivals, { uri, id, source, number, partition, offset }: Identity): boolean => {
  if (offset < (arrivals.cursors.get(uri)?.[partition] ?? 0)) return true
  return source !== null && number !== null ? number <= (arrivals.numbers.get(keyOf(uri, source)) ?? -1) : arrivals.ids.has(keyOf(uri, id))
}

export const arrive = (arrivals: Arrivals, event: EventOf<'DatasetEventArrived'>): void => {
  const { arrival, at, uri, id, extra, eventAt, partition, offset, source, number } = event
  const { sourceDagId, sourceRunId, sourceTaskId, sourceMapIndex, producer } = event
  arrivals.next = arrival + 1
  if (source !== null && number !== null) arrivals.numbers.set(keyOf(uri, source), number)
  else if (id !== placeId(partition, offset)) rememberId(arrivals, lotOf(arrival), keyOf(uri, id), at)
  const from = { sourceDagId, sourceRunId, sourceTaskId, sourceMapIndex, producer }
  enqueue(arrivals, { id, uri, extra, at: eventAt, ...from, arrival, arrivedAt: at, partition, offset })
}

export const enqueue = (arrivals: Arrivals, event: WaitingEvent): void => {
  const queue = arrivals.waiting.get(event.uri)
  if (queue) queue.push(event)
  else arrivals.waiting.set(event.uri, makeFifo([event]))
  arrivals.waits++
}

export const rememberId = (arrivals: Arrivals, lot: number, key: string, at: number): void => {
  const { ids, idsBy } = arrivals
  const held = idsBy.get(lot) ?? { at, keys: [] }
  idsBy.set(lot, held)
  held.at = at
  held.keys.push(key)
  ids.add(key)
  for (const [oldest, { at: newestAt, keys }] of idsBy) {
    if (oldest === lot || (newestAt > at - rememberIdsMs && ids.size <= maxIds)) return
    idsBy.delete(oldest)
    for (const one of keys) ids.delete(one)
  }
}

/** A run takes these: each is the oldest that waits of its dataset. */
export const takeEvents = (arrivals: Arrivals, refs: readonly DatasetEventRef[]): readonly TriggeringEvent[] =>
  refs.map(({ uri, partition, offset }) => {
    const first = arrivals.waiting.get(uri)?.peek()
    if (first?.partition !== partition || first.offset !== offset)
      return impossible(`dataset event ${partition}/${offset} of ${uri} at the front of what waits`)
    leave(arrivals, uri)
    const { id, extra, at, sourceDagId, sourceRunId, sourceTaskId, sourceMapIndex, producer } = first
    return { id, uri, extra, at, sourceDagId, sourceRunId, sourceTaskId, sourceMapIndex, producer }
  })

/** Lets go of what waits, up to this arrival. */
export const skipEvents = (arrivals: Arrivals, through: number): void => {
  for (const [uri, queue] of [...arrivals.waiting]) for (let first = queue.peek(); first && first.arrival <= through; first = queue.peek()) leave(arrivals, uri)
}

/** The cursors as they are when everything up to this arrival is let go of: of the datasets of which something is. */
export const cursorsBehind = (arrivals: Arrivals, through: number): { readonly [uri: string]: readonly number[] } => {
  const behind: Record<string, number[]> = {}
  for (const [uri, queue] of arrivals.waiting)
    for (const { arrival, partition, offset } of queue) {
      if (arrival > through) break
      behind[uri] ??= [...(arrivals.cursors.get(uri) ?? [])]
      behind[uri][partition] = offset + 1
    }
  return behind
}

const leave = (arrivals: Arrivals, uri: string): void => {
  const queue = arrivals.waiting.get(uri)
  const first = queue?.shift()
  if (!queue || !first) return
  arrivals.waits--
  const cursor = arrivals.cursors.get(uri)
  if (cursor) cursor[first.partition] = first.offset + 1
  if (queue.size === 0) arrivals.waiting.delete(uri)
}

/** The DAG waits for these datasets from here on: new ones from `positions`, those that are gone are forgotten. */
export const waitFor = (arrivals: Arrivals, uris: ReadonlySet<string>, positions: readonly number[]): void => {
  for (const uri of [...arrivals.cursors.keys()]) {
    if (uris.has(uri)) continue
    arrivals.waits -= arrivals.waiting.get(uri)?.size ?? 0
    arrivals.waiting.delete(uri)
    arrivals.cursors.delete(uri)
    for (const key of [...arrivals.numbers.keys()]) if (key.startsWith(keyOf(uri, ''))) arrivals.numbers.delete(key)
  }
  for (const uri of uris) if (!arrivals.cursors.has(uri)) arrivals.cursors.set(uri, [...positions])
}

/** The oldest that waits, of whatever dataset. */
export const oldestOf = (arrivals: Arrivals): WaitingEvent | null => {
  let oldest: WaitingEvent | null = null
  for (const queue of arrivals.waiting.values()) {
    const first = queue.peek()
    if (first && (oldest === null || first.arrival < oldest.arrival)) oldest = first
  }
  return oldest
}
