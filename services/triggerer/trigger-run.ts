/**
 * One trigger in the shell: runs until its event, its failure, or its end. Those without code run here, those that follow topics have the feeds, those
 * with code go to the process beside us. A trigger has nothing to tidy up: it ends when it is told to, at once.
 */
import type { Report, TaskError } from '../../schemas/generated/records.ts'
import type { AttemptContext } from '../core/attempt-context.ts'
import { MillraceError } from '../core/errors.ts'
import { type Trigger, triggerWord } from '../core/trigger.ts'
import type { Outcome, TriggerCommand } from '../holder/attempt-table.ts'
import type { BundleCache } from '../holder/bundle-cache.ts'
import type { Held, HeldDeps, StopReason } from '../holder/incarnation.ts'
import { reportRecord } from '../holder/reports.ts'
import { openTaskLog, type TaskLog } from '../holder/task-log.ts'
import type { Outgoing } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'
import type { LogLevel } from '../sdk/runtime/attempt.ts'
import { canRunTrigger, runTrigger } from '../sdk/runtime/run-trigger.ts'
import type { TriggerEnd } from './code-messages.ts'
import type { CodeProcess } from './code-process.ts'
import type { TriggererConfig } from './config.ts'
import type { Feeds } from './feeds.ts'
import { endOf, firedWith } from './trigger-end.ts'
import type { TriggerHosts } from './trigger-host.ts'

export interface TriggerDeps extends HeldDeps {
  readonly platform: Platform
  readonly config: Pick<TriggererConfig, 'bundleWaitMs' | 'maxLogBytes'>
  readonly bundles: BundleCache
  readonly feeds: Feeds
  readonly code: CodeProcess
  readonly hosts: TriggerHosts
}

export const startTrigger = (deps: TriggerDeps, command: TriggerCommand): Held => {
  const { platform, hosts } = deps
  const { token } = command
  const abort = new AbortController()
  let over = false
  const log = lazyLog(deps, command)

  const end = (outcome: Outcome, body: Report['body'] | null, isForsaken = false): void => {
    if (over) return
    over = true
    abort.abort(new MillraceError('shutting_down', 'nobody waits for this trigger any more'))
    const isTold = body !== null && !isForsaken && !deps.isLeaseOver()
    const reports = isTold ? [reportRecord(platform, deps.incarnation, command, platform.clock.now(), body)] : []
    deps.ended({ token, outcome, lines: log.close(), reports })
  }
  const conclude = (result: TriggerEnd): void => {
    switch (result.kind) {
      case 'fired':
        return end('fired', { type: 'TriggerFired', event: result.event })
      case 'skipped':
        return end('skipped', { type: 'AttemptSkipped', message: hosts.mask(result.message) })
      case 'failed': {
        const { error, retryable } = result
        const masked: TaskError = { type: error.type, message: hosts.mask(error.message), stack: error.stack === null ? null : hosts.mask(error.stack) }
        if (!over) log.write('error', masked.stack ?? masked.message)
        return end('failed', { type: 'AttemptFailed', error: masked, retryable })
      }
      default:
        return result satisfies never
    }
  }
  const fail = (type: string, message: string): void => conclude({ kind: 'failed', error: { type, message, stack: null }, retryable: false })

  const stop = (reason: StopReason, _detail: string): void => {
    if (reason === 'worker_stopped') end('lost', { type: 'AttemptLost', reason: 'worker_stopped' })
    else end('cancelled', null, reason === 'forsaken')
  }
  const runHere = (trigger: Trigger): void => {
    const host = hosts.host(abort.signal, log.write)
    const work = canRunTrigger(trigger)
      ? runTrigger({ trigger, context: contextOf(command), code: null }, host)
      : deps.feeds.wait(trigger, abort.signal, (text) => log.write('info', text))
    work.then(
      (event) => conclude(firedWith(event)),
      (thrown: unknown) => conclude(endOf(thrown)),
    )
  }
  const runWithCode = (trigger: Trigger, file: string): void => {
    if (over) return
    const { task, context } = command
    const giveUp = deps.code.run(
      { token, bundle: file, trigger, task: task ?? '{}', context: context ?? '{}', definition: definitionOf(command, trigger) },
      { onLog: log.write, onEnd: conclude },
    )
    abort.signal.addEventListener('abort', giveUp, { once: true })
  }
  const waitForCode = (hash: string, then: (file: string) => void): void => {
    const stopWaiting = deps.bundles.wait(hash, (file) => {
      cancel()
      then(file)
    })
    const cancel = platform.clock.after(deps.config.bundleWaitMs, () => {
      stopWaiting()
      const reason = `the DAG's code (bundle ${hash}) did not arrive within ${deps.config.bundleWaitMs / 1000} s: see that the parser runs and publishes this DAG`
      log.write('error', reason)
      end('lost', { type: 'AttemptLost', reason })
    })
    abort.signal.addEventListener(
      'abort',
      () => {
        stopWaiting()
        cancel()
      },
      { once: true },
    )
  }

  deps.began(token)
  const trigger = triggerOf(command)
  if (trigger === null) fail('undecodable', 'the trigger is no JSON')
  else if (!trigger.needsCode) runHere(trigger)
  else if (command.bundle === null)
    fail('bad_dag', `its ${triggerWord(trigger)} trigger needs code, but version ${command.version} of DAG '${command.dagId}' has none`)
  else {
    const file = deps.bundles.file(command.bundle)
    if (file === null) waitForCode(command.bundle, (arrived) => runWithCode(trigger, arrived))
    else runWithCode(trigger, file)
  }
  return { token, stop }
}

const triggerOf = (command: TriggerCommand): Trigger | null => {
  try {
    return JSON.parse(command.trigger)
  } catch {
    return null
  }
}

/** All triggers of one piece of code: what one of them does to the event loop the others do, too. */
const definitionOf = ({ bundle, dagId, taskId }: TriggerCommand, { kind, name }: Trigger): string =>
  `${bundle}/${kind === 'custom' ? name : `${dagId}/${taskId}`}`

/** Enough for a trigger without code: the rest of a run's context stays with the executor. */
const contextOf = (command: TriggerCommand): AttemptContext => {
  const { dagId, runId, taskId, mapIndex, tryNumber, logicalDate } = command
  const dates = { logicalDate, dataIntervalStart: null, dataIntervalEnd: null, prevDataIntervalStart: null, prevDataIntervalEnd: null }
  const times = { runAfter: 0, runQueuedAt: 0, runStartedAt: null, firstTryStartedAt: null, tryStartedAt: null }
  const rest = {
    maxTries: tryNumber,
    triesBefore: 0,
    runType: 'manual',
    conf: {},
    params: {},
    idempotencyKey: '',
    triggeredBy: '',
    map: null,
    listed: [],
    resume: null,
  } as const
  return { dagId, runId, taskId, mapIndex, tryNumber, ...dates, ...times, ...rest }
}

interface LazyLog {
  write(level: LogLevel, text: string): void
  close(): Outgoing | null
}

/** Most triggers say nothing, or the same at each look: a log is opened with the first line, and a line that is the last one again is left out. */
const lazyLog = ({ platform, config, onLogFailed }: TriggerDeps, command: TriggerCommand): LazyLog => {
  let log: TaskLog | null = null
  let last = ''
  let closed = false
  return {
    write(level, text) {
      if (closed || text === last) return
      last = text
      log ??= openTaskLog({
        platform,
        command,
        logicalDate: command.logicalDate,
        maxLogBytes: config.maxLogBytes,
        onPressure: () => {}, // bounded by maxLogBytes
        onSendFailed: onLogFailed,
      })
      for (const line of text.split('\n'))
        log.write({ at: platform.clock.now(), stream: 'out', level: level === 'warn' ? 'warning' : level, text: line.slice(0, 16_384) })
    },
    close() {
      closed = true
      return log?.close() ?? null
    },
  }
}
