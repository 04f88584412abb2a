/** Triggers that need no topic, each until its event: run by the triggerer, by the process beside it for those with code, and by `millrace dags test`. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AttemptContext } from '../../core/attempt-context.ts'
import type { Json, JsonObject, TaskDefinition } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Trigger } from '../../core/trigger.ts'
import type { TaskContext } from '../context.ts'
import { runAttempt } from '../current-attempt.ts'
import type { Dag } from '../dag.ts'
import { taskParts } from '../task.ts'
import type { MadeTrigger, TriggerContext } from '../triggers/custom-trigger.ts'
import type { AttemptHost } from './attempt.ts'
import { asEvent, type Look, lookOf, lookOfOperator, pauseMs } from './look.ts'
import { makeContext } from './make-context.ts'
import { makeSecrets } from './secrets.ts'
import { makeUpstreamValues } from './xcom-values.ts'

export interface TriggerInput {
  readonly trigger: Trigger
  readonly context: AttemptContext
  /** With `needsCode`: the task, its DAG, and the triggers that the DAG's code makes. */
  readonly code: { readonly task: TaskDefinition; readonly dag: Dag; readonly triggers: readonly MadeTrigger[] } | null
}

export type TriggerHost = Pick<AttemptHost, 'connection' | 'variable' | 'log' | 'signal' | 'maskSecret'>

const noXComs: AttemptHost['xcomStore'] = {
  put: () => Promise.reject(new MillraceError('bad_request', 'a trigger leaves no XComs: return the value')),
  get: () => Promise.reject(new MillraceError('bad_request', 'a trigger reads no XComs: hand it what it needs as arguments')),
}

/** Whether this module can run it. Others follow topics: the triggerer has them. */
export const canRunTrigger = ({ kind }: Pick<Trigger, 'kind'>): boolean => kind === 'time' || kind === 'look' || kind === 'custom' || lookOf(kind) !== null

/** Resolves with the event; rejects with what the trigger threw, or when the host's signal aborts. */
export const runTrigger = async (input: TriggerInput, host: TriggerHost): Promise<Json> => {
  const { kind, args } = input.trigger
  if (kind === 'time') {
    await sleepUntil(Number(args.at), host.signal)
    return { at: args.at ?? null }
  }
  const secrets = makeSecrets((secret) => host.maskSecret(secret))
  const attempt = { task: input.code?.task ?? noTask, dag: input.code?.dag ?? null, context: input.context, xcoms: [] }
  const { context } = makeContext(attempt, host, makeUpstreamValues([], noXComs, input.context), {}, secrets)
  return runAttempt(context, () => (kind === 'custom' ? runCustom(input, context) : runLook(input, context)))
}

const noTask = { taskId: '', operator: '', inputs: {}, outlets: [], outletExtras: {} } as unknown as TaskDefinition

const runLook = async ({ trigger: { kind, args }, code, context: facts }: TriggerInput, context: TaskContext): Promise<Json> => {
  const look = await lookFor(kind === 'look' ? (lookOfOperator[code?.task.operator ?? ''] ?? '') : kind)
  const functions = code?.dag.task(code.task.taskId)?.[taskParts].code ?? {}
  const startedAt = facts.firstTryStartedAt ?? Date.now()
  for (;;) {
    const found = await look({ args: withResult(args), code: kind === 'look' ? functions : {}, context })
    if (found) return asEvent(found.value)
    await pause(pauseMs(args, Date.now() - startedAt), context.signal)
  }
}

/** What a look found is the event of a task that called `defer`; a sensor leaves no result unless it says so. */
const withResult = (args: JsonObject): JsonObject => (args.mode === undefined ? { ...args, withResponse: true, withPath: true, withRow: true } : args)

const lookFor = async (kind: string): Promise<Look> => {
  const look = await lookOf(kind)
  if (look === null) throw new MillraceError('bad_request', `there is no trigger of kind '${kind}' here`)
  return look
}

const runCustom = async ({ trigger: { name, args }, code }: TriggerInput, context: TaskContext): Promise<Json> => {
  const found = code?.triggers.find((made) => made.name === name)
  if (found === undefined)
    throw new MillraceError('bad_request', `the DAG's code makes no trigger '${name}': make it at the top of its file, with trigger('${name}', ...)`)
  const { run, task, log, connection, variable, signal } = context
  const own: TriggerContext = { run, task, log, connection, variable, signal, sleep: (ms) => pause(ms, signal) }
  const event: unknown = await found.run(args as never, own)
  return JSON.parse(JSON.stringify(event ?? null)) as Json
}

const longestTimerMs = 2 ** 31 - 1

const pause = (ms: number, signal: AbortSignal): Promise<void> => sleepUntil(Date.now() + ms, signal)

const sleepUntil = async (at: number, signal: AbortSignal): Promise<void> => {
  for (let left = at - Date.now(); left > 0; left = at - Date.now()) await sleep(Math.min(left, longestTimerMs), undefined, { signal })
  signal.throwIfAborted()
}
