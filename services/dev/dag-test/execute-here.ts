import { setTimeout as delay } from 'node:timers/promises'
import { instanceKey } from '../../core/column-state.ts'
import type { Deferral } from '../../core/trigger.ts'
import { type Masker, makeMasker } from '../../holder/mask.ts'
import { ownKafkaConnection, ownKafkaId } from '../../sdk/hooks/kafka/kafka-access.ts'
import type { AttemptHost, AttemptInput, AttemptOutcome, LogLevel } from '../../sdk/runtime/attempt.ts'
import { executeAttempt } from '../../sdk/runtime/execute-attempt.ts'
import { connectionVariable, namedSettings, variableVariable } from '../../sdk/runtime/named-settings.ts'
import { makeXComFolder } from '../../worker/child/xcom-folder.ts'
import { triggerHere } from './trigger-here.ts'

export interface ExecuteHereParts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly xcomFolder: string
  readonly log: (instance: string, level: LogLevel, text: string) => void
  /** How long a task may go on after its time-out. A worker would kill it then: here it can only be left behind. */
  readonly graceMs?: number
}

/** Runs attempts in this process: connections and variables from the environment, time-outs by the abort signal. */
export const executeHere = ({ env, xcomFolder, log, graceMs = 2_000 }: ExecuteHereParts) => {
  const masker = makeMasker()
  const xcomStore = makeXComFolder(xcomFolder)
  return async (input: AttemptInput): Promise<AttemptOutcome> => {
    const { task, context } = input
    const instance = instanceKey(task.taskId, context.mapIndex)
    const abort = new AbortController()
    const over = new AbortController()
    const host: AttemptHost = {
      ...environmentHost(env, masker),
      log: (level, text) => log(instance, level, masker.mask(text)),
      rendered: (json) => log(instance, 'debug', `rendered ${masker.mask(json)}`),
      signal: abort.signal,
      xcomStore,
      ...noOtherRuns((text) => log(instance, 'info', text)),
    }
    const work = executeAttempt(input, host)
    try {
      return await Promise.race([work, ...(task.executionTimeoutMs === null ? [] : [timeOut(task.executionTimeoutMs, graceMs, abort, over.signal)])])
    } finally {
      over.abort()
    }
  }
}

/** Ends as the attempt's own failure; after the grace also when the task goes on. */
const timeOut = async (afterMs: number, graceMs: number, abort: AbortController, over: AbortSignal): Promise<AttemptOutcome> => {
  const failed = {
    kind: 'failed',
    error: { type: 'timeout', message: `the task ran for longer than its executionTimeout of ${afterMs / 1000} s`, stack: null },
    retryable: true,
  } as const
  try {
    await delay(afterMs, undefined, { signal: over })
    abort.abort(new Error(failed.error.message))
    await delay(graceMs, undefined, { signal: over, ref: false })
  } catch {
    // The attempt ended first: nobody reads this.
  }
  return failed
}

/** Nothing else runs here: a run that the task triggers is only told of. */
const noOtherRuns = (tell: (text: string) => void): Pick<AttemptHost, 'triggerRun' | 'runEnd'> => ({
  async triggerRun({ dagId, runId, conf }) {
    tell(`a run of DAG ${dagId} would be triggered now, with conf ${JSON.stringify(conf)}`)
    return { accepted: true, code: null, message: null, runId: runId ?? 'dags-test' }
  },
  runEnd: async () => 'success',
})

/** Waits for the trigger of a deferred task, until its time is over. */
export const waitHere =
  ({ env, log }: Pick<ExecuteHereParts, 'env' | 'log'>, noWait: boolean) =>
  async (deferral: Deferral, input: AttemptInput, untilMs: number | null): Promise<string> => {
    const masker = makeMasker()
    const instance = instanceKey(input.task.taskId, input.context.mapIndex)
    const abort = new AbortController()
    const timer = untilMs === null ? undefined : setTimeout(() => abort.abort(new Error('nothing came in time')), Math.min(untilMs - Date.now(), 2 ** 31 - 1))
    try {
      return await triggerHere(
        deferral,
        input,
        { ...environmentHost(env, masker), log: (level, text) => log(instance, level, masker.mask(text)), signal: abort.signal },
        noWait,
      )
    } catch (thrown) {
      throw abort.signal.aborted ? abort.signal.reason : thrown
    } finally {
      clearTimeout(timer)
    }
  }

const environmentHost = (env: Readonly<Record<string, string | undefined>>, masker: Masker): ReturnType<typeof namedSettings> =>
  namedSettings(
    async (what, key) => {
      if (what === 'variable') return env[variableVariable(key)] ?? null
      const own = key === ownKafkaId && env.KAFKA_BROKERS ? ownKafkaConnection(env.KAFKA_BROKERS, env.SCHEMA_REGISTRY_URL) : null
      return env[connectionVariable(key)] ?? own
    },
    masker.add,
    '',
  )
