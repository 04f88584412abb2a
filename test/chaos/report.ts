/** The result of a chaos run, as JSON and in words. */
import { badEnds, type CountName, countNames, type Evidence, findAll } from './counts.ts'
import type { Done } from './faults.ts'
import { type Recovery, type Summary, summaryOf } from './recovery.ts'

export interface Report {
  readonly seed: number
  readonly minutes: number
  readonly runs: number
  readonly tries: number
  readonly tasksPerMinute: number
  /** Tries that were lost with their worker. */
  readonly lostTries: number
  readonly kills: number
  readonly killsByService: Readonly<Record<string, number>>
  readonly pausesByService: Readonly<Record<string, number>>
  readonly connectionFaults: number
  /** `millrace db rebuild` while all that went on. */
  readonly rebuilds: number
  readonly missedFaults: number
  readonly recoveryMs: Summary
  readonly recoveryMsByService: Readonly<Record<string, Summary>>
  readonly slowest: readonly Recovery[]
  readonly counts: Readonly<Record<CountName, number>>
  /** Runs that failed though their tasks do not. */
  readonly badEnds: number
  /** The first of each count, in words. */
  readonly findings: readonly string[]
}

const shownFindings = 10
const shownSlowest = 8

export interface ReportInput {
  readonly seed: number
  readonly minutes: number
  readonly planned: number
  readonly done: readonly Done[]
  readonly evidence: Evidence
  readonly recovered: readonly Recovery[]
}

export const makeReport = ({ seed, minutes, planned, done, evidence, recovered }: ReportInput): Report => {
  const found = findAll(evidence)
  const bad = badEnds(evidence.history, evidence.accepted)
  const tries = [...evidence.ledger.tries.values()].reduce((sum, its) => sum + its.size, 0)
  const lostTries = [...evidence.history.tries.values()].flatMap((its) => [...its.values()]).filter((one) => one.changes.some(isLost)).length
  const kills = done.filter(({ fault }) => fault.kind === 'kill')
  return {
    seed,
    minutes,
    runs: evidence.history.runs.size,
    tries,
    tasksPerMinute: Math.round(tries / minutes),
    lostTries,
    kills: kills.length,
    killsByService: countBy(kills),
    pausesByService: countBy(done.filter(({ fault }) => fault.kind === 'pause')),
    connectionFaults: done.filter(({ fault }) => fault.target === 'broker').length,
    rebuilds: done.filter(({ fault }) => fault.kind === 'rebuild').length,
    missedFaults: planned - done.length,
    recoveryMs: summaryOf(recovered),
    recoveryMsByService: Object.fromEntries(
      [...new Set(recovered.map(({ target }) => target))].map((target) => [target, summaryOf(recovered.filter((one) => one.target === target))]),
    ),
    slowest: [...recovered].sort((a, b) => (b.ms ?? Number.POSITIVE_INFINITY) - (a.ms ?? Number.POSITIVE_INFINITY)).slice(0, shownFindings),
    counts: Object.fromEntries(countNames.map((name) => [name, found[name].length])) as Record<CountName, number>,
    badEnds: bad.length,
    findings: [...countNames.flatMap((name) => found[name].slice(0, shownFindings).map((text) => `${name}: ${text}`)), ...bad.slice(0, shownFindings)],
  }
}

const isLost = (change: { readonly reason: string | null }): boolean => change.reason === 'worker_lost'

const countBy = (done: readonly Done[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { fault } of done) counts[fault.target] = (counts[fault.target] ?? 0) + 1
  return counts
}

export const printReport = (report: Report, write: (text: string) => void): void => {
  write(`seed ${report.seed}: ${report.runs} runs, ${report.tries} tries (${report.tasksPerMinute} a minute), ${report.lostTries} lost with their workers`)
  write(`kills ${report.kills}: ${words(report.killsByService)}`)
  write(
    `pauses: ${words(report.pausesByService)}; cut or stalled connections: ${report.connectionFaults}; rebuilds: ${report.rebuilds}; not done: ${report.missedFaults}`,
  )
  for (const [service, summary] of [...Object.entries(report.recoveryMsByService), ['all', report.recoveryMs] as const])
    write(`recovery ${service.padEnd(16)} ${summary.count} times, ms p50 ${summary.p50} p95 ${summary.p95} max ${summary.max}, never ${summary.never}`)
  for (const { kind, process, ms, t } of report.slowest.slice(0, shownSlowest))
    write(`  ${kind} ${process} at ${new Date(t).toISOString().slice(11, 23)}: ${ms === null ? 'never' : `${ms} ms`}`)
  write(`${words(report.counts)}, runs that failed ${report.badEnds}`)
  for (const finding of report.findings) write(`  ${finding}`)
}

const words = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
