/**
 * Virtual time. Every step of the world and of each process is an entry here; between two steps all microtasks are run out, so the order of
 * everything follows from the seed. A paused process (SIGSTOP) does its steps when it wakes; a dead one never.
 */
import { makeHeap } from '../../services/core/heap.ts'
import type { Random } from './random.ts'

export interface Process {
  readonly name: string
  alive: boolean
  pausedUntil: number
  /** How far its clock is off. */
  skewMs: number
}

export interface Timeline {
  /** Ms since the beginning. */
  now(): number
  /** A step of the world: nobody's pause or death stops it. */
  at(time: number, run: () => void): void
  /** A step of a process. The returned function cancels. */
  post(process: Process, delayMs: number, run: () => void): () => void
  /** Runs steps until the condition holds (looked at about every `everyMs`), nothing is left, or the time is over. */
  runUntil(done: () => boolean, limit: number): Promise<void>
  /** Whose step it is; null: the world's. */
  current(): Process | null
  readonly steps: () => number
}

interface Entry {
  time: number
  readonly order: number
  readonly process: Process | null
  run: (() => void) | null
}

const lookEveryMs = 50
/** A hundred times what a simulation takes. */
const maxSteps = 400_000
const realSoon = setImmediate

/** Everything that promises still have to say is said. */
const drained = (): Promise<void> => new Promise((resolve) => void realSoon(resolve))

export const makeTimeline = (random: Random): Timeline => {
  const heap = makeHeap<Entry>((a, b) => (a.time === b.time ? a.order < b.order : a.time < b.time))
  let now = 0
  let order = 0
  let steps = 0
  let current: Process | null = null

  const add = (time: number, process: Process | null, run: () => void): Entry => {
    const entry: Entry = { time: Math.max(now, time), order: ++order, process, run }
    heap.push(entry)
    return entry
  }

  return {
    now: () => now,
    steps: () => steps,
    current: () => current,
    at: (time, run) => void add(time, null, run),
    post(process, delayMs, run) {
      const entry = add(now + delayMs, process, run)
      return () => {
        entry.run = null
      }
    },
    async runUntil(done, limit) {
      let lookAt = now
      for (let entry = heap.peek(); entry; entry = heap.peek()) {
        if (entry.time >= lookAt) {
          if (done()) return
          lookAt = entry.time + lookEveryMs
        }
        if (entry.time > limit) {
          now = limit
          return
        }
        heap.pop()
        const { process, run } = entry
        if (!run || process?.alive === false) continue
        now = Math.max(now, entry.time)
        if (process && process.pausedUntil > now) {
          // What waited for it to wake comes in any order.
          entry.time = process.pausedUntil + random.between(0, 20)
          heap.push(entry)
          continue
        }
        if (++steps > maxSteps) throw new Error(`more than ${maxSteps} steps by ${Math.round(now)} ms: a loop that does not wait`)
        current = process
        run()
        await drained()
        current = null
      }
    },
  }
}
