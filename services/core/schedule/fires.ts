import type { Schedule } from '../dag.ts'
import { nextFire, previousFire } from './cron-next.ts'

/** The instants that a schedule names, in order, without their meaning. Null: there is none. */
export interface Fires {
  /** The first strictly after. */
  next(afterMs: number): number | null
  /** The last at or before. */
  previous(atMs: number): number | null
}

/** Several crons fire as one: at each instant that any of them names, once. */
export const cronFires = (crons: readonly string[], zone: string): Fires => ({
  next: (afterMs) => (crons.length === 0 ? null : Math.min(...crons.map((cron) => nextFire(cron, zone, afterMs)))),
  previous: (atMs) => (crons.length === 0 ? null : Math.max(...crons.map((cron) => previousFire(cron, zone, atMs)))),
})

/** Elapsed time from `anchorMs`, to both sides; no daylight saving. */
export const durationFires = (everyMs: number, anchorMs: number): Fires => {
  const previous = (atMs: number): number => anchorMs + Math.floor((atMs - anchorMs) / everyMs) * everyMs
  return { next: (afterMs) => previous(afterMs) + everyMs, previous }
}

/** A list of instants, in any order. */
export const dateFires = (dates: readonly number[]): Fires => {
  const sorted = [...dates].sort((a, b) => a - b)
  return { next: (afterMs) => sorted.find((date) => date > afterMs) ?? null, previous: (atMs) => sorted.findLast((date) => date <= atMs) ?? null }
}

/** The fires of a schedule that has any; null for `none`, `once` and `continuous`, which go by events, not by a calendar. */
export const firesOf = (schedule: Schedule, zone: string, startDate: number | null): Fires | null => {
  switch (schedule.kind) {
    case 'cron':
      return cronFires(schedule.crons, zone)
    case 'duration':
      return durationFires(schedule.everyMs, startDate ?? 0)
    case 'dates':
      return dateFires(schedule.dates)
    case 'none':
    case 'once':
    case 'continuous':
      return null
  }
}
