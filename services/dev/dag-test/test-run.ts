/**
 * A whole run without a broker: the core decides as in the scheduler, and each attempt that it queues is carried out here, one after the other, so
 * that their output does not mix and a debugger sees one at a time. Its reports go straight back to the core.
 */
import { hostname } from 'node:os'
import type { Command, DagVersion, Report } from '../../../schemas/generated/records.ts'
import { attemptContext, upstreamXComs } from '../../core/attempt-context.ts'
import { emptyColumn, instanceKey, type Run } from '../../core/column-state.ts'
import type { DagDefinition, JsonObject } from '../../core/dag.ts'
import { decide, nextDueAt } from '../../core/decide.ts'
import { ensureError, MillraceError } from '../../core/errors.ts'
import type { Event, EventOf, Input } from '../../core/events.ts'
import { intervalFor } from '../../core/schedule/timetable.ts'
import type { Deferral } from '../../core/trigger.ts'
import type { Dag } from '../../sdk/dag.ts'
import type { AttemptInput, AttemptOutcome } from '../../sdk/runtime/attempt.ts'

export interface TestRunParts {
  readonly now: () => number
  readonly sleep: (delayMs: number) => Promise<void>
  readonly execute: (input: AttemptInput) => Promise<AttemptOutcome>
  /** Resolves with the event (JSON) of what a deferred task waits for; `untilMs`: the end of its wait. */
  readonly waitFor: (deferral: Deferral, input: AttemptInput, untilMs: number | null) => Promise<string>
  /** Every change, as it is decided. */
  readonly onEvent: (event: Event, run: Run) => void
}

export interface TestRun {
  readonly definition: DagDefinition
  /** Null: it has no code. */
  readonly dag: Dag | null
  readonly logicalDate: number
  readonly conf: JsonObject
  /** What waits for a time (a retry, a poke) goes on at once. */
  readonly noWait: boolean
}

/** Resolves with the run when it is over. */
export const testRun = async (test: TestRun, parts: TestRunParts): Promise<Run> => {
  const column = emptyColumn()
  const { dagId } = test.definition
  const queue: EventOf<'TaskStateChanged'>[] = []
  let skippedMs = 0
  let tokens = 0
  const now = (): number => parts.now() + skippedMs
  const input = (one: Input): readonly Event[] => {
    const events = decide(column, one, { now: now(), token: () => `0.0.${tokens++}` })
    for (const event of events) {
      if (event.type === 'TaskStateChanged' && (event.state === 'queued' || event.state === 'deferred')) queue.push(event)
      const run = 'runId' in event && event.runId !== null ? column.dags.get(dagId)?.runs.get(event.runId) : undefined
      if (run) parts.onEvent(event, run)
    }
    return events
  }

  input({ kind: 'dag', dagId, tableOffset: 0, dag: { row: versionOf(test, now()), definition: test.definition } })
  const [answer] = input({ kind: 'command', command: triggerOf(test, now()), cause: { column: 0, offset: 0 } }).filter(
    (event) => event.type === 'CommandAnswered',
  )
  const run = answer?.runId ? column.dags.get(dagId)?.runs.get(answer.runId) : undefined
  if (!run) throw new MillraceError('bad_request', answer?.message ?? 'the run was not made')

  while (run.state !== 'success' && run.state !== 'failed') {
    const event = queue.shift()
    if (event) {
      await attempt(event)
      continue
    }
    const dueAt = nextDueAt(column)
    if (dueAt === null) throw new MillraceError('internal', `run ${run.runId} is not over, but waits for nothing`)
    const waitMs = Math.max(0, dueAt - now())
    if (test.noWait) skippedMs += waitMs
    else await parts.sleep(waitMs)
    input({ kind: 'time' })
  }
  return run

  async function attempt(event: EventOf<'TaskStateChanged'>): Promise<void> {
    const dag = column.dags.get(dagId)
    const task = run?.tasks.get(instanceKey(event.taskId, event.mapIndex))
    const definition = run?.version.graph.tasks.get(event.taskId)?.definition
    // Queued earlier, and skipped since (a time-out of the run).
    if (!dag || !run || !task || !definition || event.token === null || task.token !== event.token) return
    const { token } = event
    const report = (body: Report['body']): void => {
      input({
        kind: 'report',
        report: {
          dagId,
          runId: run.runId,
          taskId: event.taskId,
          mapIndex: event.mapIndex,
          tryNumber: task.tryNumber,
          token,
          at: now(),
          by: 'dags-test',
          body,
          start: null,
        },
      })
    }
    const context = attemptContext(dag, run, task)
    const xcoms = upstreamXComs(run, task)
    if (event.trigger !== null) return report(await fired(JSON.parse(event.trigger), { task: definition, dag: test.dag, context, xcoms }, event.dueAt))
    report({ type: 'AttemptStarted', hostname: hostname(), pid: process.pid, rendered: null })
    report(bodyOf(await parts.execute({ task: definition, dag: test.dag, context, xcoms })))
  }

  async function fired(deferral: Deferral, attempt: AttemptInput, dueAt: number | null): Promise<Report['body']> {
    try {
      return { type: 'TriggerFired', event: await parts.waitFor(deferral, attempt, dueAt === null ? null : dueAt - skippedMs) }
    } catch (thrown) {
      const { name, message, stack } = ensureError(thrown)
      return { type: 'AttemptFailed', error: { type: name, message, stack: stack ?? null }, retryable: true }
    }
  }
}

const bodyOf = (outcome: AttemptOutcome): Report['body'] => {
  switch (outcome.kind) {
    case 'succeeded':
      return { type: 'AttemptSucceeded', xcoms: outcome.xcoms, chosen: outcome.chosen, resultLength: outcome.resultLength, outlets: outcome.outlets }
    case 'failed':
      return { type: 'AttemptFailed', error: outcome.error, retryable: outcome.retryable }
    case 'skipped':
      return { type: 'AttemptSkipped', message: outcome.message }
    case 'rescheduled':
      return { type: 'AttemptRescheduled', nextPokeAt: outcome.nextPokeAt }
    case 'deferred':
      return { type: 'AttemptDeferred', trigger: outcome.trigger, method: outcome.method, state: outcome.state, timeoutAt: outcome.timeoutAt }
  }
}

/** The DAG as the run sees it: not paused, and without a schedule that would make runs of its own. */
const versionOf = ({ definition, noWait }: TestRun, at: number): DagVersion => ({
  dagId: definition.dagId,
  version: 'test',
  definition: JSON.stringify({
    ...definition,
    schedule: { kind: 'none' },
    catchup: false,
    pausedUponCreation: false,
    // Time that is only skipped must not time the run out.
    ...(noWait ? { dagrunTimeoutMs: null } : {}),
  }),
  bundle: null,
  fileloc: null,
  source: null,
  publishedBy: 'dags-test',
  publishedAt: at,
})

const triggerOf = ({ definition, logicalDate, conf }: TestRun, at: number): Command => {
  const { start, end } = intervalFor(definition, logicalDate)
  return {
    id: 'dags-test',
    dagId: definition.dagId,
    kind: 'trigger_run',
    at,
    principal: 'dags-test',
    runId: null,
    logicalDate,
    withoutLogicalDate: false,
    dataIntervalStart: start,
    dataIntervalEnd: end,
    // A date to come is run now all the same.
    runAfter: Math.min(logicalDate, at),
    conf: JSON.stringify(conf),
    note: null,
    paused: null,
    args: null,
  }
}
