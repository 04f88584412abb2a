/**
 * The judge. It reads the journal at the moment of each append, as any reader would, and holds it against itself and against the ledger.
 *
 *   lost        queued and never ended, a command never answered, an input never decided
 *   duplicate   a token or a try that starts twice, a command answered twice, an input decided twice
 *   overlap     two live attempts of an instance
 *   phantom     a state for which the ledger has no line
 *   divergence  readers that do not agree: event numbers, feeds, checkpoints; a service that cannot read what stands there
 *   order       a task that starts before its upstreams allow it, or that nobody decided
 */
import { type Column, emptyColumn, instanceKey, type Run } from '../../services/core/column-state.ts'
import type { Event, EventOf } from '../../services/core/events.ts'
import { fold } from '../../services/core/evolve.ts'
import { isFinished } from '../../services/core/states.ts'
import type { Codec } from '../../services/platform/bus/codec-port.ts'
import { type JournalEntry, makeJournalReader } from '../../services/platform/bus/journal.ts'
import type { MemoryBroker } from '../../services/platform/bus/memory/memory-broker.ts'
import { lastRecord } from './last-record.ts'
import type { Ledger, LedgerLine } from './ledger.ts'

export const kinds = ['lost', 'duplicate', 'overlap', 'phantom', 'divergence', 'order'] as const
export type Kind = (typeof kinds)[number]

export interface Violation {
  readonly kind: Kind
  readonly at: number
  readonly what: string
}

export interface Audit {
  readonly columns: readonly Column[]
  readonly entries: readonly (readonly JournalEntry[])[]
  readonly violations: readonly Violation[]
  /** Answered commands: id -> how often. */
  readonly answers: ReadonlyMap<string, number>
  readonly positions: readonly Readonly<Record<string, number>>[]
  found(kind: Kind, what: string): void
  /** A task process begins; not yet in the ledger. */
  started(line: LedgerLine): void
  /** The journal, or what stands there of it. */
  wallClock(): number
}

export interface AuditOptions {
  readonly broker: MemoryBroker
  readonly codec: Codec
  readonly journal: string
  readonly columnCount: number
  readonly ledger: Ledger
  readonly now: () => number
  readonly wallClock: () => number
  readonly onFound: (violation: Violation) => void
}

/** States that only an ended attempt brings. */
const ends: ReadonlySet<string> = new Set(['success', 'failed', 'skipped', 'up_for_retry', 'up_for_reschedule'])
/** But not for these reasons. */
const takenAway: ReadonlySet<string> = new Set(['worker_lost', 'dagrun_timeout', 'marked', 'cleared'])
const maxViolations = 50

export const openAudit = ({ broker, codec, journal, columnCount, ledger, now, wallClock, onFound }: AuditOptions): Audit => {
  const columns = Array.from({ length: columnCount }, emptyColumn)
  const readers = columns.map(() => makeJournalReader(codec))
  const entries: JournalEntry[][] = columns.map(() => [])
  const positions: Record<string, number>[] = columns.map(() => ({}))
  const answers = new Map<string, number>()
  const tokens = new Set<string>()
  /** Instances that people marked: what is below may have begun before that. */
  const marked = new Set<string>()
  const violations: Violation[] = []
  const spoiled = new Set<number>()

  const found = (kind: Kind, what: string): void => {
    if (violations.length >= maxViolations) return
    const violation = { kind, at: Math.round(now()), what }
    violations.push(violation)
    onFound(violation)
  }
  const numbered = (what: string, n: number, last: number | undefined): void => {
    if (last !== undefined && n !== last + 1) found('divergence', `${what}: event ${n} follows ${last}`)
  }

  const judgeTask = (run: Run, event: EventOf<'TaskStateChanged'>): void => {
    const task = run.tasks.get(instanceKey(event.taskId, event.mapIndex))
    const name = `${event.dagId}/${event.runId}/${event.taskId}`
    if (!task) return found('divergence', `${name}: no such instance`)
    if (event.reason === 'marked') marked.add(name)
    if (event.state === 'queued') {
      if (event.token === null || tokens.has(event.token)) found('duplicate', `${name}: token ${event.token} is queued twice`)
      tokens.add(event.token ?? '')
      if (!mayStart(run, event.taskId, marked)) found('order', `${name} is queued before its upstreams`)
    }
    if (event.state === 'running' && !ledger.find(event.token ?? '')) found('phantom', `${name}: running as ${event.token}, which never started`)
    const isOwnEnd = ends.has(event.state) && !takenAway.has(event.reason ?? '') && task.token !== null
    if (isOwnEnd && task.state !== 'none' && !ledger.find(task.token ?? '')?.outcome)
      found('phantom', `${name}: ${event.state} as ${task.token}, which did not end`)
    if (event.error?.type === 'process_died' && ledger.find(task.token ?? '')?.outcome === 'killed')
      found('phantom', `${name}: ${event.state} as ${task.token}, as if it had failed, but the reaper killed it`)
  }

  const judge = (column: Column, event: Event): void => {
    if (event.type === 'RunsQuarantined') return found('divergence', `records could not be read back: ${event.names.join(', ')}`)
    if (event.type === 'InputsLost') return found('divergence', `inputs were given up: ${event.input} ${event.from} to ${event.to}`)
    const dag = column.dags.get(event.dagId)
    switch (event.type) {
      case 'DagAdopted':
      case 'DagRemoved':
      case 'DagPauseChanged':
      case 'NextRunPlanned':
      case 'BackfillCreated':
      case 'BackfillStateChanged':
      case 'DatasetEventsSkipped':
        return numbered(event.dagId, event.n, dag?.n ?? 0)
      case 'CommandAnswered': {
        const times = (answers.get(event.commandId) ?? 0) + 1
        answers.set(event.commandId, times)
        if (times > 1) found('duplicate', `command ${event.commandId} is answered ${times} times`)
        return numbered(event.dagId, event.n, dag?.n)
      }
      case 'RunCreated':
        if (dag?.runs.has(event.runId) || dag?.archived.has(event.runId)) found('duplicate', `run ${event.dagId}/${event.runId} is made twice`)
        return
      case 'RunStateChanged':
      case 'RunVersionChanged':
      case 'NoteChanged':
      case 'TaskMapped':
      case 'TaskStateChanged': {
        const run = dag?.runs.get(event.runId)
        if (!run) return found('divergence', `${event.dagId}/${event.runId}: ${event.type} of no run`)
        numbered(`${event.dagId}/${event.runId}`, event.n, run.n)
        if (event.type === 'TaskStateChanged') judgeTask(run, event)
        return
      }
      case 'DatasetEventArrived':
        if (event.arrival !== dag?.arrivals.next)
          found('divergence', `${event.dagId}: arrival ${event.arrival} of a dataset event follows ${dag?.arrivals.next}`)
        return
      case 'RunArchived':
      case 'RunForgotten':
      case 'CommandHeld':
        return
      case 'RunRevived':
        if (dag?.archived.get(event.runId)?.n !== event.n) found('divergence', `run ${event.dagId}/${event.runId} comes back as of ${event.n}`)
        return
      default:
        event satisfies never
    }
  }

  broker.onAppended((topic, partition) => {
    const column = columns[partition]
    if (topic !== journal || !column || spoiled.has(partition)) return
    const record = lastRecord(broker, topic, partition)
    if (!record) return
    try {
      const entry = readers[partition]?.read(record)
      if (!entry) return
      entries[partition]?.push(entry)
      if (entry.kind === 'acquired') return
      if (entry.kind === 'lost') return found('divergence', entry.error.message)
      const before = positions[partition] ?? {}
      for (const [input, next] of Object.entries(entry.positions)) {
        if (next < (before[input] ?? 0)) found('duplicate', `column ${partition}: ${input} goes back from ${before[input]} to ${next}`)
        before[input] = next
      }
      for (const event of entry.events) {
        judge(column, event)
        fold(column, { at: entry.at, events: [event] })
      }
      fold(column, { at: entry.at, events: [] })
    } catch (thrown) {
      spoiled.add(partition)
      found('divergence', `the journal cannot be read: ${(thrown as Error).message}`)
    }
  })

  return {
    columns,
    entries,
    violations,
    answers,
    positions,
    found,
    wallClock,
    started(line) {
      const { token, instance, tryNumber } = line
      const name = `${instance} try ${tryNumber} (${token})`
      if (ledger.find(token)) found('duplicate', `${name} starts twice, now on ${line.worker}`)
      else if (ledger.tries(instance, tryNumber).some(({ outcome }) => outcome !== 'rescheduled')) found('duplicate', `${name}: the try starts again`)
      const other = ledger.living(instance)
      if (other) found('overlap', `${name} on ${line.worker} beside living ${other.token} on ${other.worker}`)
      if (!tokens.has(token)) found('order', `${name} was never queued`)
      const [dagId = '', runId = '', taskId = ''] = instance.split('/')
      const run = columns.flatMap((column) => column.dags.get(dagId)?.runs.get(runId) ?? [])[0]
      // What was cleared with all below it may start a last time, before its worker hears of it.
      if (run && run.tasks.get(taskId)?.token === token && !mayStart(run, taskId, marked)) found('order', `${name} starts before its upstreams`)
    },
  }
}

/** The trigger rule over again, in the plainest words. */
const mayStart = (run: Run, taskId: string, marked: ReadonlySet<string>): boolean => {
  const definition = run.version.graph.tasks.get(taskId)?.definition
  const upstream = (definition?.upstream ?? []).filter((id) => !marked.has(`${run.dagId}/${run.runId}/${id}`))
  const states = upstream.map((id) => run.tasks.get(id)?.state ?? 'none')
  return definition?.triggerRule === 'all_success' ? states.every((state) => state === 'success') : states.every(isFinished)
}
