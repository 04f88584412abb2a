/**
 * How long what was hit did not serve. From the moment of the fault:
 *
 *   scheduler  until each column that it owned then (its log says which) has a new owner, and one of these has decided
 *   executor   until a try that was queued after the fault has started (also when the standby was hit: then nothing was missed); from the first that
 *              was queued: while the API is away, too, nothing is there to be started
 *   worker     until each try that it ran then has started anew elsewhere (or had ended after all)
 *   parser     until the scheduler adopted a DAG file that was changed at that moment
 *   projector  until Postgres shows a task that started after it; Postgres the same
 *   api        until it answers a query; schema registry the same
 *   Kafka      until a try that was queued after the fault has started: the whole chain
 *
 * A paused service that has a twin counts from its pausing; one that is alone from its waking. One that is alone and is hit again before it serves counts
 * from the last hit.
 */
import { readFileSync } from 'node:fs'
import type { Done } from './faults.ts'
import { type History, runKey } from './history.ts'
import type { Ledger } from './ledger.ts'
import { processes } from './plan.ts'

export interface Recovery {
  readonly target: string
  readonly process: string
  readonly kind: string
  readonly t: number
  /** null: not within the time that was watched. */
  readonly ms: number | null
}

export interface Watched {
  readonly ledger: Ledger
  readonly history: History
  readonly logFileOf: (name: string) => string
  /** Edition of the probe -> when its file was written. */
  readonly probes: ReadonlyMap<string, number>
}

/** Faults that hit nothing that served (a scheduler without columns, a worker without tries) have no recovery. */
export const recoveries = (done: readonly Done[], watched: Watched): readonly Recovery[] =>
  done.flatMap((one) => {
    const bornAt = Math.max(0, ...done.filter(({ fault, t }) => fault.kind === 'kill' && fault.process === one.fault.process && t < one.t).map(({ t }) => t))
    const ms = one.seenMs !== undefined ? one.seenMs : told(one, watched, bornAt)
    if (ms === undefined || isHitAgain(done, one, ms)) return []
    return [{ target: one.fault.target, process: one.fault.process, kind: one.fault.kind, t: one.t, ms }]
  })

const isHitAgain = (done: readonly Done[], { fault, t, wokeAt }: Done, ms: number | null): boolean =>
  (processes[fault.target] ?? []).length === 1 &&
  done.some((other) => other.fault.process === fault.process && other.t > t && other.t <= wokeAt + (ms ?? Number.POSITIVE_INFINITY))

/** `bornAt`: the process that was hit is younger. */
const told = ({ fault, t, wokeAt, pid }: Done, watched: Watched, bornAt: number): number | null | undefined => {
  switch (fault.target) {
    case 'scheduler':
      return columnsServed(columnsAt(fault.process, watched, bornAt, t), watched.history, t)
    case 'executor': {
      const next = nextStart(watched, t)
      return next && next.startedAt - next.queuedAt
    }
    case 'Kafka': {
      const next = nextStart(watched, t)
      return next && next.startedAt - t
    }
    case 'worker':
      return triesTakenOver(watched.ledger, pid, t)
    case 'parser':
      return probeAdopted(watched, t, wokeAt)
    default:
      return undefined
  }
}

/** What it owned when it was hit: what its log said last, without what the log of another says it has taken over since. */
const columnsAt = (process: string, { logFileOf }: Watched, bornAt: number, t: number): readonly number[] => {
  const mine = ownedBy(logFileOf(process), bornAt, t)
  const taken = (processes.scheduler ?? [])
    .filter((other) => other !== process)
    .map((other) => ownedBy(logFileOf(other), bornAt, t))
    .filter(({ since }) => since > mine.since)
    .flatMap(({ columns }) => columns)
  return mine.columns.filter((column) => !taken.includes(column))
}

const ownedBy = (logFile: string, from: number, to: number): { readonly columns: readonly number[]; readonly since: number } => {
  let owned: { columns: readonly number[]; since: number } = { columns: [], since: 0 }
  for (const text of readFileSync(logFile, 'utf8').split('\n')) {
    const line = parsed(text)
    if (line?.columns && line.msg?.startsWith('owns ') && line.time !== undefined && line.time > from && line.time <= to)
      owned = { columns: line.columns, since: line.time }
  }
  return owned
}

interface LogLine {
  readonly time?: number
  readonly columns?: readonly number[]
  readonly msg?: string
}

const parsed = (text: string): LogLine | undefined => {
  try {
    return JSON.parse(text) as LogLine
  } catch {
    return undefined // cut off by the kill, or no JSON
  }
}

/** Quiet columns have nothing to decide: of those taken over, the first decision counts. */
const columnsServed = (columns: readonly number[], { moments }: History, t: number): number | null | undefined => {
  if (columns.length === 0) return undefined
  const acquired: (number | undefined)[] = []
  let decided = Number.POSITIVE_INFINITY
  for (const column of columns) {
    const its = moments.filter((moment) => moment.column === column)
    const owner = its.filter((moment) => moment.t <= t).at(-1)?.owner
    acquired.push(its.find((moment) => moment.t > t && moment.owner !== owner)?.t)
    decided = Math.min(decided, its.find((moment) => moment.t > t && moment.kind === 'decided' && moment.owner !== owner)?.t ?? decided)
  }
  if (decided === Number.POSITIVE_INFINITY || acquired.some((time) => time === undefined)) return null
  return Math.max(decided, ...acquired.map(Number)) - t
}

const nextStart = ({ ledger, history }: Watched, t: number): { readonly queuedAt: number; readonly startedAt: number } | null => {
  let startedAt = Number.POSITIVE_INFINITY
  let queuedAt = Number.POSITIVE_INFINITY
  for (const line of ledger.lines) {
    if (line.kind !== 'start' || line.t <= t) continue
    const queued = history.tries.get(`${runKey({ dagId: line.dag, runId: line.run })}/${line.task}/${line.mapIndex}`)?.get(line.try)?.queuedAt
    if (queued === undefined || queued <= t) continue
    startedAt = Math.min(startedAt, line.t)
    queuedAt = Math.min(queuedAt, queued)
  }
  return startedAt === Number.POSITIVE_INFINITY ? null : { queuedAt, startedAt }
}

const triesTakenOver = (ledger: Ledger, worker: number, t: number): number | null | undefined => {
  const times: (number | undefined)[] = []
  for (const tries of ledger.tries.values())
    for (const one of tries.values()) {
      const [start] = one.starts
      if (start?.worker !== worker || start.t > t || (one.end && one.end.t <= t)) continue
      const later = [...tries.values()].flatMap((other) => (other.tryNumber > one.tryNumber ? other.starts.map((other) => other.t) : []))
      times.push(later.length > 0 ? Math.min(...later) : one.end?.t)
    }
  if (times.length === 0) return undefined
  return times.some((time) => time === undefined) ? null : Math.max(...times.map(Number)) - t
}

/** There is one parser: while it is paused there is nothing to recover by. */
const probeAdopted = ({ history, probes }: Watched, t: number, wokeAt: number): number | null => {
  const wanted = [...probes].filter(([, written]) => written >= t).map(([edition]) => edition)
  const times = history.adopted.filter(({ definition }) => wanted.some((edition) => definition.includes(edition))).map(({ at }) => at)
  return times.length === 0 ? null : Math.max(0, Math.min(...times) - wokeAt)
}

export interface Summary {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly max: number
  /** Not recovered while it was watched. */
  readonly never: number
}

export const summaryOf = (all: readonly Recovery[]): Summary => {
  const times = all.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((a, b) => a - b)
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { count: all.length, p50: at(0.5), p95: at(0.95), max: times.at(-1) ?? 0, never: all.length - times.length }
}
