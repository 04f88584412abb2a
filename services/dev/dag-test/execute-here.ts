import { setTimeout as delay } from 'node:timers/promises'
import { instanceKey } from '../../core/column-state.ts'
import { MillraceError } from '../../core/errors.ts'
import { isSensitiveName, parseConnection, secretsOf } from '../../sdk/connections.ts'
import type { AttemptHost, AttemptInput, AttemptOutcome, LogLevel } from '../../sdk/runtime/attempt.ts'
import { executeAttempt } from '../../sdk/runtime/execute-attempt.ts'
import { makeXComFolder } from '../../worker/child/xcom-folder.ts'
import { type Masker, makeMasker } from '../../worker/mask.ts'

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

const variableName = (prefix: string, key: string): string => `${prefix}${key.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`

const environmentHost = (env: Readonly<Record<string, string | undefined>>, masker: Masker): Pick<AttemptHost, 'connection' | 'variable' | 'maskSecret'> => ({
  async connection(id) {
    const name = variableName('MILLRACE_CONN_', id)
    const text = env[name]
    if (text === undefined) throw new MillraceError('connection_not_found', `there is no connection '${id}': set ${name}, as a URI or JSON`)
    const connection = parseConnection(id, text)
    for (const secret of secretsOf(connection)) masker.add(secret)
    return connection
  },
  async variable(key) {
    const name = variableName('MILLRACE_VAR_', key)
    const value = env[name]
    if (value === undefined) throw new MillraceError('variable_not_found', `there is no variable '${key}': set ${name}`)
    if (isSensitiveName(key)) masker.add(value)
    return value
  },
  maskSecret: (value) => masker.add(value),
})
