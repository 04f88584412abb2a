import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { MillraceError } from '../core/errors.ts'
import { packageRoot } from '../sdk/runtime/load-bundle.ts'
import { type Evaluated, lateMark } from './evaluation.ts'

export interface EvaluationLimits {
  readonly importLimitMs: number
  readonly importMemoryMb: number
}

/** The built program, also when the parser itself runs from source: a process that runs user code is built JS (FACTS), and bundles import the built SDK. Throws `missing_requirement`. */
export const evaluateScript = (): string => {
  const script = join(packageRoot(), 'dist', 'services', 'parser', 'evaluate.js')
  if (!existsSync(script)) throw new MillraceError('missing_requirement', 'dist/services/parser/evaluate.js is not there: run npm run build first')
  return script
}

/** As on a worker: what connections and variables hold is for tasks, by `connection()` and `variable()`, and our own database for nobody. */
const importEnvironment = (): NodeJS.ProcessEnv =>
  // biome-ignore lint/style/noProcessEnv: what the process inherits is the environment itself, no setting of ours
  Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'DATABASE_URL' && name !== 'NODE_OPTIONS' && !/^MILLRACE_(CONN|VAR)_/.test(name)))

/** For a watchdog that does not come through (the process stopped, the machine asleep). */
const backstopMs = 5_000
/** Of what the file prints while it is imported. */
const keptOutput = 4_000
const patienceMs = 500

export interface EvaluationProcess {
  readonly evaluated: Promise<Evaluated>
  /** Ends it early. */
  kill(): void
}

/** Imports the bundle in a process of its own, with `cwd` as its folder. Answers faults, never rejects for anything that the file does. */
export const startEvaluation = (bundleFile: string, cwd: string, limits: EvaluationLimits): EvaluationProcess => {
  const child = fork(evaluateScript(), [bundleFile, String(limits.importLimitMs)], {
    cwd,
    env: importEnvironment(),
    // A group of its own: what the file starts while it is imported goes with it.
    detached: true,
    execArgv: [`--max-old-space-size=${limits.importMemoryMb}`, '--no-warnings'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
  })
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  const errors = keepText(child.stderr)
  keepText(child.stdout)
  const where = keepText(child.stdio[4] as Readable | null)
  const evaluated = new Promise<Evaluated>((resolve, reject) => {
    let answer: Evaluated | null = null
    let late = false
    const backstop = setTimeout(() => {
      late = true
      kill()
    }, limits.importLimitMs + backstopMs)
    child.on('message', (message) => {
      answer = message as Evaluated
    })
    child.once('error', (error) => {
      clearTimeout(backstop)
      reject(error)
    })
    child.once('exit', (code, signal) => {
      clearTimeout(backstop)
      kill()
      const end = (): void => resolve(answer ?? unanswered(limits, late, code, signal, where(), errors()))
      // What was said before the end is all here when the pipes are closed; a stray process of the file may hold them open.
      const patience = setTimeout(end, patienceMs)
      child.once('close', () => {
        clearTimeout(patience)
        end()
      })
    })
  })
  return { evaluated, kill }
}

const unanswered = (limits: EvaluationLimits, late: boolean, code: number | null, signal: string | null, where: string, errors: string): Evaluated => {
  const one = (message: string, stack: string | null): Evaluated => ({ dags: [], faults: [{ message, stack }] })
  if (late || where.startsWith(lateMark))
    return one(
      `the file did not finish importing within ${limits.importLimitMs / 1000} s: work belongs into tasks, and a loop at the top of the file must end`,
      where.slice(lateMark.length) || null,
    )
  if (/heap out of memory|Reached heap limit/.test(errors))
    return one(`the file took more than ${limits.importMemoryMb} MB of memory while it was imported: fetch large data inside a task`, null)
  return one(`the process that imported the file ended without an answer (${signal ?? `exit code ${code}`})`, errors === '' ? null : errors)
}

const keepText = (stream: Readable | null): (() => string) => {
  let text = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (chunk: string) => {
    text = (text + chunk).slice(-keptOutput)
  })
  return () => text
}
