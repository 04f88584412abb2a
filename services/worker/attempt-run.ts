/**
 * One attempt in the shell: waits for its code, then for a child, runs, ends. `ended` is called once, and only when nothing of it lives any more (I).
 *
 *   waiting for code -> waiting for a child -> running -> (being stopped ->) ended
 */
import type { Report, TaskError } from '../../schemas/generated/records.ts'
import type { AttemptContext } from '../core/attempt-context.ts'
import type { TaskDefinition } from '../core/dag.ts'
import type { AttemptCommand, Outcome } from '../holder/attempt-table.ts'
import type { BundleCache } from '../holder/bundle-cache.ts'
import type { Held, HeldDeps, StopReason } from '../holder/incarnation.ts'
import { reportRecord } from '../holder/reports.ts'
import { openTaskLog } from '../holder/task-log.ts'
import type { Outgoing } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'
import type { ChildResult } from './child-messages.ts'
import type { ChildPool } from './child-pool.ts'
import type { ChildUser, Exit, TaskChild } from './task-child.ts'

export interface RunDeps extends HeldDeps {
  readonly platform: Platform
  readonly hostname: string
  readonly pool: ChildPool
  readonly bundles: BundleCache
  readonly bundleWaitMs: number
  readonly maxLogBytes: number
}

/** A task that does not let go of its thread cannot say that it has started: after this long we say it. */
const startPatienceMs = 1200

const outcomes: Readonly<Record<ChildResult['type'], Outcome>> = {
  AttemptSucceeded: 'succeeded',
  AttemptFailed: 'failed',
  AttemptSkipped: 'skipped',
  AttemptRescheduled: 'rescheduled',
  AttemptDeferred: 'deferred',
}

export const startAttempt = (deps: RunDeps, command: AttemptCommand): Held => {
  const { platform, pool, bundles } = deps
  const { clock } = platform
  const { token } = command
  let task: TaskDefinition
  let child: TaskChild | null = null
  let startedAt: number | null = null
  let startTold = false
  let stopped: { readonly reason: StopReason; readonly detail: string } | null = null
  let over = false
  let leaveWait = (): void => {}
  let cancelTimeout = (): void => {}
  let cancelStartWatch = (): void => {}

  const { logicalDate, resumedSince } = factsOf(command.context)
  const log = openTaskLog({
    platform,
    command,
    logicalDate,
    maxLogBytes: deps.maxLogBytes,
    onPressure: (high) => {
      if (!over) child?.hold(high)
    },
    onSendFailed: deps.onLogFailed,
  })
  const report = (at: number, body: Report['body'], start: Report['start'] = null): Outgoing =>
    reportRecord(platform, deps.incarnation, command, at, body, start)
  /** How it began, if that was not told yet; from here on it is. */
  const takeStart = (rendered: string | null): Report['start'] => {
    if (startTold || startedAt === null) return null
    startTold = true
    return { at: startedAt, hostname: deps.hostname, pid: child?.pid ?? -1, rendered }
  }
  const startReports = (rendered: string | null): Outgoing[] => {
    const start = takeStart(rendered)
    if (start === null) return []
    const { at, ...how } = start
    return [report(at, { type: 'AttemptStarted', ...how })]
  }
  /** The log's end, the start (if it was not told) and the end leave together; then a next attempt may have the place. */
  const end = (outcome: Outcome, body: Report['body'] | null, rendered: string | null = null): void => {
    if (over) return
    over = true
    leaveWait()
    cancelTimeout()
    cancelStartWatch()
    const forsaken = stopped?.reason === 'forsaken' || deps.isLeaseOver()
    const told = (): Outgoing[] => (body === null ? startReports(rendered) : [report(clock.now(), body, takeStart(rendered))])
    deps.ended({ token, outcome, lines: log.close(), reports: forsaken ? [] : told() })
  }
  /** Failures that the worker finds; those of the task are logged by its own process. */
  const fail = (type: string, message: string, retryable: boolean): void => {
    log.system('error', message)
    const error: TaskError = { type, message, stack: null }
    end('failed', { type: 'AttemptFailed', error, retryable })
  }

  const endStopped = ({ reason, detail }: { readonly reason: StopReason; readonly detail: string }): void => {
    switch (reason) {
      case 'timeout':
        return fail('timeout', detail, true)
      case 'worker_stopped':
        log.system('warning', detail)
        return end('lost', { type: 'AttemptLost', reason: 'worker_stopped' })
      case 'cancelled':
      case 'forsaken':
        log.system('warning', detail)
        return end('cancelled', null)
      default:
        return reason satisfies never
    }
  }
  const stop = (reason: StopReason, detail: string): void => {
    // The stronger one of two wins: a worker that may not speak any more has the last word.
    if (over || (stopped !== null && reason !== 'forsaken')) return
    stopped = { reason, detail }
    if (child === null) return endStopped(stopped)
    if (reason === 'forsaken' || reason === 'worker_stopped') child.kill()
    else child.terminate()
  }

  const user: ChildUser = {
    onStarted: (rendered) => {
      cancelStartWatch()
      if (!over && stopped?.reason !== 'forsaken' && !deps.isLeaseOver()) deps.send(startReports(rendered))
    },
    onLine: log.write,
    onDone: (result, rendered, dirty) => {
      const used = child as TaskChild
      if (stopped !== null) {
        // It was told to stop before it answered: what it says does not count, and its process has to go first.
        void used.gone.then(() => endStopped(stopped as NonNullable<typeof stopped>))
        used.kill()
        return
      }
      if (dirty || task.isolation === 'fresh') {
        void used.gone.then(() => end(outcomes[result.type], result, rendered))
        used.kill()
        return
      }
      end(outcomes[result.type], result, rendered)
      used.hold(false)
      pool.release(used, true)
    },
    onGone: (exit) => {
      if (stopped !== null) return endStopped(stopped)
      deps.wasReaped().then((reaped) => {
        if (reaped) stop('forsaken', 'Killed: the lease is over.')
        if (stopped === null) fail('process_died', diedText(exit), true)
        else endStopped(stopped)
      }, deps.onLogFailed)
    },
  }
  const takeChild = (taken: TaskChild, bundle: string | null): void => {
    if (over || deps.isLeaseOver()) return pool.release(taken, false)
    child = taken
    startedAt = clock.now()
    leaveWait = () => {}
    deps.began(token)
    const { task: taskJson, context, xcoms } = command
    taken.run(user, { bundle, task: taskJson, context, xcoms })
    cancelStartWatch = clock.after(startPatienceMs, () => user.onStarted(null))
    if (task.executionTimeoutMs === null) return
    const limitMs = task.executionTimeoutMs
    // What is left of it, when the try goes on after a deferral.
    const leftMs = resumedSince === null ? limitMs : Math.max(1, resumedSince + limitMs - clock.now())
    cancelTimeout = clock.after(leftMs, () => stop('timeout', `The task ran longer than its execution time-out of ${limitMs / 1000} s and was killed.`))
  }
  const waitForChild = (bundle: string | null): void => {
    leaveWait = pool.acquire(task.isolation, (taken) => takeChild(taken, bundle))
  }
  const waitForCode = (hash: string): void => {
    log.system('info', `Waiting for the DAG's code (bundle ${hash.slice(0, 12)}) to arrive on topic ${platform.topic('bundles')}.`)
    const stopWaiting = bundles.wait(hash, (file) => {
      cancelTimer()
      waitForChild(file)
    })
    const cancelTimer = clock.after(deps.bundleWaitMs, () => {
      stopWaiting()
      const reason = `the DAG's code (bundle ${hash}) did not arrive within ${deps.bundleWaitMs / 1000} s: see that the parser runs and publishes this DAG`
      log.system('error', reason)
      end('lost', { type: 'AttemptLost', reason })
    })
    leaveWait = () => {
      stopWaiting()
      cancelTimer()
    }
  }

  try {
    task = JSON.parse(command.task)
  } catch (thrown) {
    fail('undecodable', `the task's definition is no JSON: ${thrown}`, false)
    return { token, stop }
  }
  const hash = task.needsCode ? command.bundle : null
  const file = hash === null ? null : bundles.file(hash)
  if (task.needsCode && hash === null)
    fail('bad_dag', `task '${task.taskId}' needs code, but version ${command.version} of DAG '${command.dagId}' has none`, false)
  else if (hash !== null && file === null) waitForCode(hash)
  else waitForChild(file)
  return { token, stop }
}

const diedText = ({ code, signal }: Exit): string =>
  signal === null
    ? `The task's process ended with exit code ${code ?? 'unknown'} before the task did.`
    : `The task's process was killed by ${signal} before the task ended.`

/** For the path of the log, and for the execution time-out; a context that is no JSON fails the attempt where it is needed. */
const factsOf = (context: string): { readonly logicalDate: number | null; readonly resumedSince: number | null } => {
  try {
    const { logicalDate, resume, tryStartedAt }: Partial<AttemptContext> = JSON.parse(context)
    return { logicalDate: logicalDate ?? null, resumedSince: resume ? (tryStartedAt ?? null) : null }
  } catch {
    return { logicalDate: null, resumedSince: null }
  }
}
