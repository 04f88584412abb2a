/** The process that runs the filters of one code bundle, as the watchers see it: one request at a time; however it ends, the next request starts another. */
import { type ChildProcess, fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { MillraceError } from '../../core/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Applied, ApplyRequest, FromFilterChild } from './watch-messages.ts'

/** It ended, or was ended, over the request. */
export interface Died {
  readonly how: string
  /** Watch and message that it was at; null: it had not begun, or was not asked to tell. */
  readonly at: readonly [number, number] | null
}

export type Outcome = { readonly applied: readonly Applied[] } | { readonly died: Died }

export interface FilterChild {
  /** Rejects when the code cannot be loaded, or what it needs is away. */
  apply(request: Omit<ApplyRequest, 'seq'>): Promise<Outcome>
  /** No request for so long. */
  idleMs(): number
  close(): Promise<void>
}

export interface FilterChildOptions {
  readonly clock: Clock
  /** Its built main module. */
  readonly entry: string
  readonly env: Readonly<Record<string, string>>
  /** How long one request may take. */
  readonly limitMs: number
  /** A line that user code printed. */
  readonly onLine: (line: string) => void
  /** It lives, and must not outlive us; answers what to call when it is gone. */
  readonly guard: (pid: number) => () => void
}

const loadMs = 30_000
const maxLine = 1000

export const openFilterChild = (options: FilterChildOptions): FilterChild => {
  const { clock } = options
  let child: ChildProcess | null = null
  let usedAt = clock.now()
  let seq = 0
  let closed = false
  let last: Promise<unknown> = Promise.resolve()

  const start = (): ChildProcess => {
    const started = fork(options.entry, [], {
      detached: true, // a group of its own
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: options.env,
      execArgv: ['--max-semi-space-size=4', '--max-old-space-size=512'],
    })
    const release = started.pid === undefined ? () => undefined : options.guard(started.pid)
    for (const pipe of [started.stdout, started.stderr] as Readable[])
      createInterface({ input: pipe }).on('line', (line) => options.onLine(line.length > maxLine ? `${line.slice(0, maxLine)}...` : line))
    started.once('exit', () => {
      if (child === started) child = null
      killGroup(started)
      release()
    })
    return started
  }

  const ask = (request: Omit<ApplyRequest, 'seq'>): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      child ??= start()
      const running = child
      const number = ++seq
      let hasBegun = false
      let at: Died['at'] = null
      let ending = ''
      let cancel = (): void => undefined
      const limit = (ms: number, what: string): void => {
        cancel()
        cancel = clock.after(ms, () => {
          ending = what
          killGroup(running)
        })
      }
      const finish = (call: () => void): void => {
        cancel()
        running.off('message', onMessage)
        running.off('exit', onExit)
        running.off('error', onError)
        usedAt = clock.now()
        call()
      }
      const onMessage = (message: FromFilterChild): void => {
        if (message.seq !== number) return
        if (message.kind === 'loaded') {
          hasBegun = true
          limit(options.limitMs, `it did not answer within ${options.limitMs / 1000} s`)
        } else if (message.kind === 'at') at = message.at
        else if (message.kind === 'applied') finish(() => resolve({ applied: message.applied }))
        else finish(() => reject(new MillraceError(message.code, message.message)))
      }
      const onExit = (code: number | null, signal: string | null): void => {
        const how = ending || `its process ended (${signal ?? `exit code ${code}`})`
        if (hasBegun) finish(() => resolve({ died: { how, at } }))
        else
          finish(() =>
            reject(
              new MillraceError('filter_failed', `the code of the watch cannot be loaded: ${ending || `its process ended (${signal ?? `exit code ${code}`})`}`),
            ),
          )
      }
      const onError = (cause: Error): void =>
        finish(() => reject(new MillraceError('missing_requirement', `the process for filters cannot be started: ${cause.message}`, { cause })))
      running.on('message', onMessage)
      running.once('exit', onExit)
      running.once('error', onError)
      limit(loadMs, `it was not loaded within ${loadMs / 1000} s`)
      running.send({ ...request, seq: number } satisfies ApplyRequest, () => undefined) // one that died takes nothing: `exit` tells
    })

  return {
    apply(request) {
      const turn = last.then(() => {
        if (closed) throw new MillraceError('shutting_down', 'the watchers are stopping')
        return ask(request)
      })
      last = turn.catch(() => undefined)
      return turn
    },
    idleMs: () => clock.now() - usedAt,
    async close() {
      closed = true
      const running = child
      if (running === null) return
      const gone = new Promise((resolve) => running.once('exit', resolve))
      killGroup(running)
      await gone
    },
  }
}

const killGroup = ({ pid }: ChildProcess): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
