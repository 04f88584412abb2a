/**
 * One attempt in the shell: waits for its code, then for a child, runs, ends. `ended` is called once, and only when nothing of it lives any more (I).
 *
 *   waiting for code -> waiting for a child -> running -> (being stopped ->) ended
 *
 * Why it is stopped decides what is told: `cancelled` shows in heartbeats only, `timeout` is the task's failure, `worker_stopped` is nobody's, and after
 * `forsaken` (the lease is over, or we were retired) nothing may be said: the executor has decided already (N, O).
 */
import type { Report, RunAttempt, TaskError } from '../../schemas/generated/records.ts'
import type { AttemptContext } from '../core/attempt-context.ts'
import type { TaskDefinition } from '../core/dag.ts'
import type { Outgoing } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'
import type { Outcome } from './attempt-table.ts'
import type { BundleCache } from './bundle-cache.ts'
import type { ChildResult } from './child-messages.ts'
import type { ChildPool } from './child-pool.ts'
import { reportRecord } from './reports.ts'
import type { ChildUser, Exit, TaskChild } from './task-child.ts'
import { openTaskLog } from './task-log.ts'

export type StopReason = 'cancelled' | 'timeout' | 'worker_stopped' | 'forsaken'

export interface AttemptRun {
  readonly token: string
  stop(reason: StopReason, detail: string): void
}

export interface RunDeps {
  readonly platform: Platform
  readonly incarnation: string
  readonly hostname: string
  readonly pool: ChildPool
  readonly bundles: BundleCache
  readonly bundleWaitMs: number
  readonly maxLogBytes: number
  /** M: asked before anything is started or told. */
  readonly isLeaseOver: () => boolean
  readonly send: (records: readonly Outgoing[]) => void
  readonly onLogFailed: (error: unknown) => void
  readonly began: (token: string) => void
  readonly ended: (token: string, outcome: Outcome) => void
}

/** A task that does not let go of its thread cannot say that it has started: after this long we say it. */
const startPatienceMs = 1200

const outcomes: Readonly<Record<ChildResult['type'], Outcome>> = {
  AttemptSucceeded: 'succeeded',
  AttemptFailed: 'failed',
  AttemptSkipped: 'skipped',
  AttemptRescheduled: 'rescheduled',
}

export const startAttempt = (deps: RunDeps, command: RunAttempt): AttemptRun => {
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

  const log = openTaskLog({
    platform,
    command,
    logicalDate: logicalDateOf(command.context),
    maxLogBytes: deps.maxLogBytes,
    onPressure: (high) => {
      if (!over) child?.hold(high)
    },
    onSendFailed: deps.onLogFailed,
  })
  const report = (at: number, body: Report['body']): Outgoing => reportRecord(platform, deps.incarnation, command, at, body)
  const startReport = (rendered: string | null): Outgoing[] => {
    if (startTold || startedAt === null) return []
    startTold = true
    return [report(startedAt, { type: 'AttemptStarted', hostname: deps.hostname, pid: child?.pid ?? -1, rendered })]
  }
  /** Start (if it was not told), the log's end and the end report leave in one batch; then a next attempt may have the place. */
  const end = (outcome: Outcome, body: Report['body'] | null, rendered: string | null = null): void => {
    if (over) return
    over = true
    leaveWait()
    cancelTimeout()
    cancelStartWatch()
    const forsaken = stopped?.reason === 'forsaken' || deps.isLeaseOver()
    const records = forsaken ? [] : startReport(rendered)
    records.push(log.close())
    if (body !== null && !forsaken) records.push(report(clock.now(), body))
    deps.send(records)
    deps.ended(token, outcome)
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
      if (!over && stopped?.reason !== 'forsaken' && !deps.isLeaseOver()) deps.send(startReport(rendered))
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
    onGone: (exit) => (stopped === null ? fail('process_died', diedText(exit), true) : endStopped(stopped)),
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
    cancelTimeout = clock.after(limitMs, () => stop('timeout', `The task ran longer than its execution time-out of ${limitMs / 1000} s and was killed.`))
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

/** Only for the path of the log; a context that is no JSON fails the attempt where it is needed. */
const logicalDateOf = (context: string): number | null => {
  try {
    const parsed: Partial<AttemptContext> = JSON.parse(context)
    return parsed.logicalDate ?? null
  } catch {
    return null
  }
}
