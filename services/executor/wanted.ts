/**
 * What the journal wants to run: every instance that is queued or running, and the trigger of every one that is deferred, by the token of its queueing. It follows from the fold alone and is
 * kept by each event of a decision, never by a scan.
 *
 * A token is taken as unique in the whole installation: commands to workers name an attempt by nothing else.
 */
import type { Column, Dag, Run, TaskInstance } from '../core/column-state.ts'
import { instanceKey } from '../core/column-state.ts'
import type { TaskDefinition } from '../core/dag.ts'
import { MillraceError } from '../core/errors.ts'
import type { Event, EventOf } from '../core/events.ts'
import { isFinished, isHeld, type TaskState } from '../core/states.ts'

/**
 * Where the reconciler has put a want. `out`: nobody leads here, or it is wanted no more. `waiting`: in line for a slot, left by dispatch (`held`).
 * `blocked`: an earlier attempt of the instance may still live (rule I), then `waiting`. `held`: a worker has it, or it is under way to one.
 * `doubtful`: a worker that is gone may have had it (rules D, K, Q): never dispatched, reported lost until the journal moves on.
 */
export type Place = 'out' | 'waiting' | 'blocked' | 'held' | 'doubtful'

export interface Want {
  readonly token: string
  /** dag/run/task[index]: one holder at a time (rule I). */
  readonly instance: string
  readonly column: number
  readonly dag: Dag
  readonly run: Run
  readonly task: TaskInstance
  readonly definition: TaskDefinition
  readonly tryNumber: number
  /** Of a deferred instance: JSON of its Deferral; it is wanted on a triggerer. null: an attempt, on a worker. */
  readonly trigger: string | null
  /** Logical date, or what stands for it: second in the order of dispatch. Runs of backfills come behind all others. */
  readonly date: number
  readonly queuedAt: number
  /** Order of arrival: last in the order of dispatch. */
  readonly order: number
  /** The journal has its start. */
  running: boolean
  place: Place
}

export type Change =
  | { readonly kind: 'queued'; readonly want: Want }
  | { readonly kind: 'started'; readonly want: Want }
  /** `byWorker`: its own report ended it, so nothing of it lives any more; else it was taken away from its worker and must be cancelled. */
  | { readonly kind: 'left'; readonly want: Want; readonly byWorker: boolean; readonly why: CancelReason }

/** As CancelAttempt has it. */
export type CancelReason = 'timeout' | 'cleared' | 'marked' | 'superseded'

export interface Wanted {
  readonly byToken: ReadonlyMap<string, Want>
  /** Slots of a pool that deferred instances would take (SEMANTICS 8, includeDeferred). */
  deferredSlots(pool: string): number
  /** Takes in a column as it stands in a checkpoint: once, before its events. */
  restore(columnNumber: number, column: Column): void
  /** Takes in an event that was folded into the column already. */
  apply(columnNumber: number, column: Column, event: Event): Change[]
}

/** With these reasons the scheduler takes an attempt away from its worker; any other end is the attempt's own report. */
const takenAway: ReadonlySet<string> = new Set(['dagrun_timeout', 'worker_lost', 'marked', 'cleared', 'timeout', 'trigger_timeout', 'trigger_lost'])
/** Scheduled: a trigger that fired. */
const ownEnds: ReadonlySet<string> = new Set(['success', 'failed', 'skipped', 'up_for_retry', 'up_for_reschedule', 'deferred', 'scheduled'])

const timeouts: ReadonlySet<string> = new Set(['dagrun_timeout', 'timeout', 'trigger_timeout'])

const endedByWorker = (event: EventOf<'TaskStateChanged'>): boolean => ownEnds.has(event.state) && !(event.reason !== null && takenAway.has(event.reason))

const cancelReason = (event: EventOf<'TaskStateChanged'>): CancelReason => {
  if (event.reason !== null && timeouts.has(event.reason)) return 'timeout'
  if (event.state === 'none') return 'cleared'
  return isFinished(event.state as TaskState) ? 'marked' : 'superseded'
}

export const instanceId = (dagId: string, runId: string, taskId: string, mapIndex: number): string => `${dagId}/${runId}/${instanceKey(taskId, mapIndex)}`

export const makeWanted = (): Wanted => {
  const byToken = new Map<string, Want>()
  const byInstance = new Map<string, Want>()
  const deferred = new Map<string, TaskDefinition>()
  const deferredSlots = new Map<string, number>()
  let arrivals = 0

  const leave = (want: Want, event: EventOf<'TaskStateChanged'>, changes: Change[]): void => {
    byToken.delete(want.token)
    byInstance.delete(want.instance)
    changes.push({ kind: 'left', want, byWorker: endedByWorker(event), why: cancelReason(event) })
  }

  /** null: the instance is not deferred (any more). */
  const defer = (instance: string, definition: TaskDefinition | null): void => {
    const before = deferred.get(instance)
    if (before) deferredSlots.set(before.pool, (deferredSlots.get(before.pool) ?? 0) - before.poolSlots)
    deferred.delete(instance)
    if (!definition) return
    deferred.set(instance, definition)
    deferredSlots.set(definition.pool, (deferredSlots.get(definition.pool) ?? 0) + definition.poolSlots)
  }

  const add = (want: Want): void => {
    const other = byToken.get(want.token)
    if (other)
      throw new MillraceError(
        'impossible_history',
        `column ${want.column}: token ${want.token} of ${want.instance} is that of ${other.instance} in column ${other.column}, too: a token names one queueing`,
      )
    byToken.set(want.token, want)
    byInstance.set(want.instance, want)
  }

  const wantOf = (columnNumber: number, found: Found, queuing: Pick<Want, 'token' | 'instance' | 'tryNumber' | 'trigger' | 'queuedAt' | 'running'>): Want => ({
    column: columnNumber,
    order: ++arrivals,
    place: 'out',
    ...found,
    ...queuing,
  })

  return {
    byToken,
    deferredSlots: (pool) => deferredSlots.get(pool) ?? 0,
    apply(columnNumber, column, event) {
      if (event.type !== 'TaskStateChanged') return []
      const changes: Change[] = []
      const instance = instanceId(event.dagId, event.runId, event.taskId, event.mapIndex)
      const before = byInstance.get(instance)
      if (event.state === 'running' && before) {
        before.running = true
        return [{ kind: 'started', want: before }]
      }
      if (before) leave(before, event, changes)
      const found = lookUp(column, event)
      defer(instance, event.state === 'deferred' && found ? found.definition : null)
      if ((event.state === 'queued' || event.state === 'deferred') && event.token !== null && found) {
        const { token, tryNumber, trigger } = event
        const want = wantOf(columnNumber, found, { token, instance, tryNumber, trigger, queuedAt: event.at, running: false })
        add(want)
        changes.push({ kind: 'queued', want })
      }
      return changes
    },
    restore(columnNumber, column) {
      const wants = [...column.dags.values()].flatMap((dag) =>
        [...dag.runs.values()].flatMap((run) => [...run.tasks.values()].map((task) => ({ dag, run, task }))),
      )
      wants.sort((a, b) => (a.task.queuedAt ?? 0) - (b.task.queuedAt ?? 0))
      for (const { dag, run, task } of wants) {
        const instance = instanceId(dag.dagId, run.runId, task.taskId, task.mapIndex)
        const definition = run.version.graph.tasks.get(task.taskId)?.definition
        if (!definition) continue
        if (task.state === 'deferred') defer(instance, definition)
        if (!isHeld(task.state) || task.token === null) continue
        const found = { dag, run, task, definition, date: run.logicalDate ?? run.runAfter }
        const { token, tryNumber, trigger, queuedAt, state } = task
        add(wantOf(columnNumber, found, { token, instance, tryNumber, trigger, queuedAt: queuedAt ?? run.queuedAt, running: state === 'running' }))
      }
    },
  }
}

type Found = Pick<Want, 'dag' | 'run' | 'task' | 'definition' | 'date'>

/** Later than any date: a backfill yields to scheduled runs of the same priority (SEMANTICS 5). */
const backfillsLast = 1e14

const lookUp = (column: Column, event: EventOf<'TaskStateChanged'>): Found | null => {
  const dag = column.dags.get(event.dagId)
  const run = dag?.runs.get(event.runId)
  const task = run?.tasks.get(instanceKey(event.taskId, event.mapIndex))
  const definition = run?.version.graph.tasks.get(event.taskId)?.definition
  return dag && run && task && definition
    ? { dag, run, task, definition, date: (run.logicalDate ?? run.runAfter) + (run.backfillId === null ? 0 : backfillsLast) }
    : null
}
