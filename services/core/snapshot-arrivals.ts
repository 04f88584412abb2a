/**
 * What waits for a DAG as parts of a checkpoint, in lots of a thousand arrivals: an event that comes or goes changes one or two of them, however many
 * wait. A lot that was written before events were taken from it is as good: what lies before the cursors is left out when it is read.
 */
import { type Arrivals, enqueue, lotOf, noArrivals, rememberId, type WaitingEvent } from './dataset-arrivals.ts'

/** Stands in the DAG's own part. */
export interface ArrivalsSnapshot {
  readonly next: number
  readonly cursors: readonly (readonly [string, readonly number[]])[]
  readonly numbers: readonly (readonly [string, number])[]
}

export type ArrivalsPart =
  | { readonly kind: 'waits'; readonly dagId: string; readonly events: readonly WaitingEvent[] }
  | { readonly kind: 'ids'; readonly dagId: string; readonly lot: number; readonly at: number; readonly keys: readonly string[] }

export const waitsName = (dagId: string, arrival: number): string => `waits/${dagId}/${lotOf(arrival)}`
export const idsName = (dagId: string, arrival: number): string => `ids/${dagId}/${lotOf(arrival)}`

/** Null: the DAG never waited for a dataset. */
export const arrivalsSnapshot = ({ next, cursors, numbers }: Arrivals): ArrivalsSnapshot | null =>
  next === 0 && cursors.size === 0 ? null : { next, cursors: [...cursors].map(([uri, offsets]) => [uri, [...offsets]] as const), numbers: [...numbers] }

export const arrivalsParts = (dagId: string, { waiting, idsBy }: Arrivals): Map<string, () => ArrivalsPart> => {
  const lots = new Map<number, WaitingEvent[]>()
  for (const queue of waiting.values())
    for (const event of queue) {
      const lot = lots.get(lotOf(event.arrival))
      if (lot) lot.push(event)
      else lots.set(lotOf(event.arrival), [event])
    }
  const parts = new Map<string, () => ArrivalsPart>()
  for (const [lot, events] of lots) parts.set(`waits/${dagId}/${lot}`, () => ({ kind: 'waits', dagId, events }))
  for (const [lot, { at, keys }] of idsBy) parts.set(`ids/${dagId}/${lot}`, () => ({ kind: 'ids', dagId, lot, at, keys: [...keys] }))
  return parts
}

export const arrivalsFrom = (saved: ArrivalsSnapshot | null | undefined, parts: readonly ArrivalsPart[]): Arrivals => {
  const arrivals = noArrivals()
  if (!saved) return arrivals
  arrivals.next = saved.next
  for (const [uri, offsets] of saved.cursors) arrivals.cursors.set(uri, [...offsets])
  for (const [key, number] of saved.numbers) arrivals.numbers.set(key, number)
  const events: WaitingEvent[] = []
  for (const part of parts) if (part.kind === 'waits') for (const event of part.events) if (isBehindCursor(arrivals, event)) events.push(event)
  for (const event of events.sort((a, b) => a.arrival - b.arrival)) enqueue(arrivals, event)
  for (const part of [...parts].sort((a, b) => lotNumber(a) - lotNumber(b)))
    if (part.kind === 'ids') for (const key of part.keys) rememberId(arrivals, part.lot, key, part.at)
  return arrivals
}

const lotNumber = (part: ArrivalsPart): number => (part.kind === 'ids' ? part.lot : 0)

const isBehindCursor = ({ cursors }: Arrivals, { uri, partition, offset }: WaitingEvent): boolean => {
  const cursor = cursors.get(uri)
  return cursor !== undefined && offset >= (cursor[partition] ?? 0)
}
