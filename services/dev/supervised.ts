import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { MillraceError } from '../core/errors.ts'
import { exitWords } from './exit-words.ts'
import type { Guard } from './guard.ts'
import { type Exit, openLogFile, signalGroup } from './stack/process.ts'
import type { Terminal } from './terminal.ts'

export interface SupervisedSpec {
  readonly name: string
  readonly entry: string
  readonly args?: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logFile: string
  /** It waits for `go` and tells when it is ready, both over IPC; otherwise it counts as ready once it has started. */
  readonly tellsReady: boolean
}

/** A process of ours that is started again when it dies. */
export interface Supervised {
  readonly name: string
  pid(): number | undefined
  /** Resolves with the first readiness; rejects when it dies again and again before that. */
  readonly ready: Promise<void>
  /** Resolves with its first message that topics, schemas and tables are there; for those that tell. */
  readonly migrated: Promise<void>
  /** Tells it, now and after each restart, that what it stands on is up. */
  go(): void
  /** Asks it to end and waits; it is killed after `graceMs`. */
  stop(graceMs: number): Promise<void>
  /** Kills it at once. */
  kill(): void
}

/**
 * Measured on two cores, 1,000 tasks: code that is warm from its first call takes a tenth less processor time, and four helper threads of V8 on two busy
 * cores take more than they give.
 */
const nodeFlags = ['--enable-source-maps', '--no-lazy-feedback-allocation', '--v8-pool-size=1']

const backoffMs = [200, 500, 1000, 2000, 5000, 10_000]
const steadyAfterMs = 30_000
const startAttempts = 3

/** Keeps a Node process alive: its lines go to the terminal and, as they are, to its log file. */
export const supervise = (spec: SupervisedSpec, terminal: Terminal, guard: Guard, onChange: () => void): Supervised => {
  const log = createWriteStream('', { fd: openLogFile(spec.logFile) })
  let child: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let stopping = false
  let failures = 0
  let wasReady = false
  let isGo = false
  let onStopped: (() => void) | undefined
  let setReady: () => void
  let giveUp: (error: Error) => void
  const ready = new Promise<void>((resolve, reject) => {
    setReady = resolve
    giveUp = reject
  })
  let setMigrated: () => void
  const migrated = new Promise<void>((resolve) => {
    setMigrated = resolve
  })
  ready.catch(() => undefined) // whoever waits for it sees the reason

  const take = (line: string) => {
    log.write(`${line}\n`)
    terminal.log(spec.name, line)
  }

  const sendGo = () => {
    if (isGo && child?.connected) child.send({ type: 'go' })
  }

  const becomeReady = () => {
    wasReady = true
    setReady()
  }

  const ended = (pid: number | undefined, startedMs: number, exit: Exit) => {
    if (pid !== undefined) guard.unwatch(pid)
    child = undefined
    onChange()
    if (stopping) return onStopped?.()
    failures = performance.now() - startedMs > steadyAfterMs ? 1 : failures + 1
    if (!wasReady && failures >= startAttempts) {
      stopping = true
      giveUp(new MillraceError('internal', `${spec.name} ${exitWords(exit)} ${failures} times while it started: see above, or ${spec.logFile}`))
      return
    }
    const waitMs = backoffMs[Math.min(failures, backoffMs.length) - 1] as number
    terminal.warn(`${spec.name}${pid === undefined ? '' : ` (pid ${pid})`} ${exitWords(exit)}: starting it again in ${waitMs / 1000} s`)
    timer = setTimeout(start, waitMs)
  }

  function start() {
    const startedMs = performance.now()
    const made = spawn(process.execPath, [...nodeFlags, spec.entry, ...(spec.args ?? [])], {
      env: { ...process.env, ...spec.env },
      stdio: spec.tellsReady ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    child = made
    made.once('error', (error) => {
      if (made.pid !== undefined) return
      take(`it could not be started: ${error.message}`)
      ended(undefined, startedMs, { code: null, signal: null })
    })
    if (made.pid !== undefined) guard.watch(made.pid, spec.name)
    for (const stream of [made.stdout, made.stderr]) if (stream) createInterface({ input: stream }).on('line', take)
    made.on('message', (message) => {
      const { type } = message as { type?: unknown }
      if (type === 'migrated') setMigrated()
      if (type === 'ready') becomeReady()
    })
    // not 'close': a task that outlives its worker for a moment holds the pipes open
    made.once('exit', (code, signal) => ended(made.pid, startedMs, { code, signal }))
    made.once('spawn', () => {
      if (!spec.tellsReady) becomeReady()
      sendGo()
      onChange()
    })
  }

  const kill = () => {
    stopping = true
    clearTimeout(timer)
    if (child?.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
  }

  const stop = async (graceMs: number): Promise<void> => {
    stopping = true
    clearTimeout(timer)
    const pid = child?.pid
    if (pid !== undefined) {
      await new Promise<void>((resolve) => {
        const force = setTimeout(() => {
          terminal.warn(`${spec.name} did not end within ${graceMs / 1000} s: killing it`)
          signalGroup(pid, 'SIGKILL')
        }, graceMs)
        onStopped = () => {
          clearTimeout(force)
          resolve()
        }
        child?.kill('SIGTERM')
      })
    }
    await new Promise<void>((resolve) => log.end(() => resolve()))
  }

  start()
  const go = () => {
    isGo = true
    sendGo()
  }
  return { name: spec.name, pid: () => child?.pid, ready, migrated, go, stop, kill }
}
