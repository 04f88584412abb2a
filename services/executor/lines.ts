/**
 * Everything that waits for a slot, in lines of one (queue, pool, pool slots) each: the head of a line fits where any of the line fits, so the
 * best that can go now is the best of a few heads (SEMANTICS 8: over everything that waits). Who leaves a line by another way than the head is
 * marked by its place and dropped when it comes up.
 */
import { type Heap, makeHeap } from '../core/heap.ts'
import type { Want } from './wanted.ts'

export interface Line {
  readonly queue: string
  readonly pool: string
  readonly poolSlots: number
  /** How many really wait in it. */
  readonly size: number
}

export interface Lines {
  readonly size: number
  readonly all: Iterable<Line>
  add(want: Want): void
  /** The want leaves its line; call it before its place changes to something else. */
  remove(want: Want): void
  /** The best of those whose line may go now. */
  best(mayGo: (line: Line) => boolean): Want | null
}

/** Priority, then logical date, then age. */
export const goesBefore = (a: Want, b: Want): boolean => {
  if (a.task.priority !== b.task.priority) return a.task.priority > b.task.priority
  if (a.date !== b.date) return a.date < b.date
  return a.queuedAt === b.queuedAt ? a.order < b.order : a.queuedAt < b.queuedAt
}

interface OwnLine extends Line {
  size: number
  heap: Heap<Want>
}

const waits = (want: Want): boolean => want.place === 'waiting'

export const makeLines = (): Lines => {
  const lines = new Map<string, OwnLine>()
  let size = 0

  const lineOf = (want: Want): OwnLine => {
    const { queue, pool, poolSlots } = want.definition
    const name = JSON.stringify([queue, pool, poolSlots])
    const known = lines.get(name)
    if (known) return known
    const line: OwnLine = { queue, pool, poolSlots, size: 0, heap: makeHeap(goesBefore) }
    lines.set(name, line)
    return line
  }

  const head = (line: OwnLine): Want | null => {
    for (let want = line.heap.peek(); want; want = line.heap.peek()) {
      if (waits(want)) return want
      line.heap.pop()
    }
    return null
  }

  /** A line nobody is served from would keep what left it for ever. */
  const tidy = (line: OwnLine): void => {
    if (line.heap.size < 2 * line.size + 64) return
    const heap = makeHeap(goesBefore)
    for (let want = line.heap.pop(); want; want = line.heap.pop()) if (waits(want)) heap.push(want)
    line.heap = heap
  }

  return {
    get size() {
      return size
    },
    get all() {
      return lines.values()
    },
    add(want) {
      const line = lineOf(want)
      want.place = 'waiting'
      line.heap.push(want)
      line.size++
      size++
    },
    remove(want) {
      const line = lineOf(want)
      want.place = 'out'
      line.size--
      size--
      tidy(line)
    },
    best(mayGo) {
      let best: Want | null = null
      for (const line of lines.values()) {
        if (line.size === 0) continue
        const first = head(line)
        if (first && (!best || goesBefore(first, best)) && mayGo(line)) best = first
      }
      return best
    },
  }
}
