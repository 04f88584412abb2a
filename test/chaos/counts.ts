/** The six counts: ledger, journal and Postgres against each other after the drain. Every one must be 0. */
import type { TriggerRule } from '../../services/core/dag.ts'
import { type History, runKey } from './history.ts'
import type { Ledger, LedgerTry } from './ledger.ts'
import type { Projected } from './projected.ts'

export const countNames = ['lost', 'duplicate', 'overlap', 'phantom', 'divergence', 'order'] as const
export type CountName = (typeof countNames)[number]

/** What is wrong, in words, by count. */
export type Findings = Readonly<Record<CountName, readonly string[]>>

export interface Evidence {
  readonly ledger: Ledger
  readonly history: History
  readonly projected: Projected
  /** `dag/run` of every trigger that was accepted. */
  readonly accepted: readonly string[]
}

const ended = new Set(['success', 'failed', 'skipped', 'upstream_failed', 'removed'])

export const findAll = (evidence: Evidence): Findings => ({
  lost: lost(evidence),
  duplicate: duplicate(evidence),
  overlap: overlap(evidence.ledger),
  phantom: phantom(evidence),
  divergence: divergenceOf(evidence.history, evidence.projected),
  order: order(evidence),
})

/** Accepted or queued, and never terminal. */
const lost = ({ history, accepted }: Evidence): string[] => {
  const missing = accepted.filter((run) => !history.runs.has(run)).map((run) => `run ${run} was accepted and is not in the journal`)
  const open = [...history.runs].filter(([, run]) => !ended.has(run.state)).map(([key, run]) => `run ${key} is ${run.state}`)
  const instances = [...history.instances].filter(([, event]) => !ended.has(event.state)).map(([key, event]) => `${key} is ${event.state}`)
  return [...missing, ...open, ...instances]
}

/** Two starts of one try, or two ends of one try in the journal. */
const duplicate = ({ ledger, history }: Evidence): string[] => {
  const found: string[] = []
  for (const one of allTries(ledger)) {
    if (one.starts.length > 1) found.push(`${one.instance} try ${one.tryNumber} started ${one.starts.length} times (pids ${one.starts.map((s) => s.pid)})`)
  }
  for (const [instance, tries] of history.tries)
    for (const [tryNumber, { changes }] of tries) {
      const ends = changes.filter(({ state }) => ended.has(state) || state === 'up_for_retry')
      if (ends.length > 1) found.push(`${instance} try ${tryNumber} ended ${ends.length} times in the journal (${ends.map((e) => e.state)})`)
    }
  return found
}

/** Two tries of one instance alive at once: by what a try saw at its start, and by the times of the lines. */
const overlap = (ledger: Ledger): string[] => {
  const found: string[] = []
  for (const [instance, tries] of ledger.tries) {
    const all = [...tries.values()]
    for (const one of all) {
      for (const start of one.starts) if (start.beside > 0) found.push(`${instance} try ${one.tryNumber} started while try ${start.beside} was alive`)
      const last = Math.max(...one.lines.map((line) => line.t))
      for (const later of all)
        if (later.tryNumber > one.tryNumber && later.starts.some((start) => start.t < last))
          found.push(`${instance} try ${later.tryNumber} started before the last line of try ${one.tryNumber}`)
    }
  }
  return found
}

/** A state without the ledger lines that must stand behind it. */
const phantom = ({ ledger, history }: Evidence): string[] => {
  const found: string[] = []
  for (const [instance, tries] of history.tries)
    for (const [tryNumber, { changes }] of tries) {
      const its = ledger.tries.get(instance)?.get(tryNumber)
      for (const { state, reason, error, worker } of changes) {
        const is = `${instance} try ${tryNumber} is ${state} in the journal`
        if (state === 'success' && its?.end?.outcome !== 'ok') found.push(`${is} and did not end well in the ledger`)
        if ((state === 'up_for_retry' || state === 'failed') && reason !== 'worker_lost' && its?.end?.outcome !== 'failed')
          found.push(`${is} and did not fail in the ledger (${error?.type}: ${error?.message}, ${worker ?? 'no worker'})`)
      }
    }
  for (const one of allTries(ledger))
    if (!history.tries.get(one.instance)?.has(one.tryNumber)) found.push(`${one.instance} try ${one.tryNumber} ran and is not in the journal`)
  return found
}

/** Postgres beside the fold of the journal: runs, instances, tries. */
export const divergenceOf = (history: History, projected: Projected): string[] => {
  const wantedRuns = new Map([...history.runs].map(([key, run]) => [key, `${run.state} n ${run.n} version ${run.version}`]))
  const wantedInstances = new Map([...history.instances].map(([key, event]) => [key, `${event.state} try ${event.tryNumber} n ${event.n}`]))
  const wantedTries = new Map(
    [...history.tries].flatMap(([key, tries]) =>
      [...tries].map(([tryNumber, { changes }]) => [`${key} try ${tryNumber}`, `${changes.at(-1)?.state} n ${changes.at(-1)?.n}`] as const),
    ),
  )
  return [
    ...differences('run', wantedRuns, projected.runs),
    ...differences('instance', wantedInstances, projected.instances),
    ...differences('', wantedTries, projected.tries),
  ]
}

const differences = (what: string, wanted: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): string[] => {
  const keys = new Set([...wanted.keys(), ...found.keys()])
  return [...keys].flatMap((key) => {
    const [truth, row] = [wanted.get(key), found.get(key)]
    return truth === row ? [] : [`${what} ${key}: journal ${truth ?? 'nothing'}, Postgres ${row ?? 'nothing'}`.trim()]
  })
}

interface PlainTask {
  readonly taskId: string
  readonly upstream?: readonly string[]
  readonly triggerRule?: TriggerRule
}

/** A task that started before its upstreams allowed it, by the lines that the tasks themselves wrote. */
const order = ({ ledger, history }: Evidence): string[] => {
  const definitions = new Map(
    history.adopted.map(({ dagId, version, definition }) => [`${dagId}@${version}`, (JSON.parse(definition) as { tasks: readonly PlainTask[] }).tasks]),
  )
  const found: string[] = []
  for (const run of history.runs.values())
    for (const task of definitions.get(`${run.dagId}@${run.version}`) ?? []) {
      const instance = `${runKey(run)}/${task.taskId}/-1`
      const starts = [...(ledger.tries.get(instance)?.values() ?? [])].flatMap((one) => one.starts)
      if (starts.length === 0) continue
      const first = Math.min(...starts.map((start) => start.t))
      for (const upstream of task.upstream ?? []) {
        const why = notAllowed(ledger, history, `${runKey(run)}/${upstream}/-1`, task.triggerRule ?? 'all_success', first)
        if (why) found.push(`${instance} started at ${first} though its upstream ${upstream} ${why}`)
      }
    }
  return found
}

/** The try that the journal took as the upstream's end must have written its last line before. The load knows these two rules. */
const notAllowed = (ledger: Ledger, history: History, upstream: string, rule: TriggerRule, start: number): string | null => {
  if (rule !== 'all_success' && rule !== 'all_done') throw new Error(`the order of trigger rule ${rule} is not checked: keep it out of the load`)
  const end = history.instances.get(upstream)
  if (!end) return 'has no state'
  if (rule === 'all_success' && end.state !== 'success') return `is ${end.state}`
  if (!ended.has(end.state)) return `is ${end.state}`
  const line = ledger.tries.get(upstream)?.get(end.tryNumber)?.end
  if (!line) return end.reason === 'worker_lost' ? null : 'has no end in the ledger'
  return line.t > start ? `ended only at ${line.t}` : null
}

const allTries = (ledger: Ledger): LedgerTry[] => [...ledger.tries.values()].flatMap((tries) => [...tries.values()])

/** Runs that did not end as the load means them to: infrastructure must not fail them. */
export const badEnds = (history: History, accepted: readonly string[]): readonly string[] =>
  accepted.flatMap((key) => {
    const run = history.runs.get(key)
    return run?.state === 'failed' ? [`run ${key} failed: ${run.reason}`] : []
  })
