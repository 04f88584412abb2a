/**
 * One task child as the worker sees it: a process that leads its own group, two pipes, a channel. It takes one attempt at a time. However it ends, its whole
 * group and whatever else it started are killed before `gone` resolves.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setPriority } from 'node:os'
import type { Readable } from 'node:stream'
import type { LogLine } from '../../schemas/generated/records.ts'
import { ensureError } from '../core/errors.ts'
import { makeMasker } from '../holder/mask.ts'
import type { Reaper } from '../holder/reaper.ts'
import { killStrays, markVariable, signalGroup } from '../holder/stray-processes.ts'
import type { Clock } from '../platform/clock.ts'
import { childEntry } from './child-entry.ts'
import type { Ask, ChildResult, ChildSettings, FromChild, RunMessage, ToChild } from './child-messages.ts'
import { readOutput } from './task-output.ts'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** What the attempt that has the child hears of it. */
export interface ChildUser {
  onStarted(rendered: string | null): void
  onLine(line: LogLine): void
  /** The answer is there and so is all output before it. `dirty`: do not use the child again. */
  onDone(result: ChildResult, rendered: string | null, dirty: boolean): void
  onGone(exit: Exit): void
}

export interface TaskChild {
  readonly pid: number
  /** Attempts it was given so far. */
  readonly used: () => number
  /** False once it has ended, or is about to. */
  usable(): boolean
  run(user: ChildUser, message: Omit<RunMessage, 'kind' | 'seq'>): void
  /** Holds its output back, and so, in the end, the task that prints it. */
  hold(held: boolean): void
  /** SIGTERM to the group, SIGKILL 5 s later. */
  terminate(): void
  /** SIGKILL now. */
  kill(): void
  readonly gone: Promise<Exit>
}

export interface ChildOptions {
  readonly clock: Clock
  readonly reaper: Reaper
  readonly mark: string
  readonly xcomDir: string
  readonly env: NodeJS.ProcessEnv
  /** null: there is none. */
  readonly answer: (asked: Ask) => string | null | Promise<string | null>
  readonly onReady: (child: TaskChild) => void
}

const killAfterMs = 5000
/** For the pipes to be read out after the process has ended. */
const pipePatienceMs = 500

export const openTaskChild = (options: ChildOptions): TaskChild => {
  const { clock, reaper, mark } = options
  const settings: ChildSettings = { nonce: randomUUID(), mark, xcomDir: options.xcomDir }
  const child = fork(childEntry(), [JSON.stringify(settings)], {
    detached: true, // its own session and group
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...options.env, [markVariable]: mark },
    // Measured: 25 MB of its own after some tasks instead of 60; short tasks cost a fifth less when code is warm from its first call.
    execArgv: ['--max-semi-space-size=2', '--no-lazy-feedback-allocation', '--v8-pool-size=1'],
  })
  const pid = child.pid ?? -1
  giveWay(pid)
  const pipes = { out: child.stdout as Readable, err: child.stderr as Readable }
  const masker = makeMasker()
  let user: ChildUser | null = null
  let seq = 0
  let done: Extract<FromChild, { kind: 'done' }> | null = null
  let endsSeen = 0
  let cancelKill: (() => void) | null = null
  let hasExited = false

  // M: known to the reaper before it is given anything. Until then it ends by itself when we die (`disconnect`).
  if (pid > 0) reaper.register(pid)

  // stdout and the reply race: the attempt is over when the reply and both ends of output are here.
  const concludeIfComplete = (): void => {
    if (done === null || endsSeen < 2 || user === null) return
    const { result, rendered, dirty } = done
    const who = user
    user = null
    done = null
    who.onDone(result, rendered, dirty)
  }
  const concludeQuiet = (message: NonNullable<typeof done>): void => {
    if (done !== message) return
    endsSeen = 2
    concludeIfComplete()
  }
  for (const stream of ['out', 'err'] as const)
    readOutput(pipes[stream], stream, settings.nonce, masker, {
      onLine: (line) => user?.onLine(line),
      onEnd: (_, ended) => {
        if (ended !== seq) return
        endsSeen++
        concludeIfComplete()
      },
    })

  const self: TaskChild = {
    pid,
    used: () => seq,
    usable: () => !hasExited && child.connected,
    run(newUser, message) {
      user = newUser
      done = null
      endsSeen = 0
      post(child, { kind: 'run', seq: ++seq, ...message })
    },
    hold(held) {
      for (const pipe of [pipes.out, pipes.err]) {
        if (held) pipe.pause()
        else pipe.resume()
      }
    },
    terminate() {
      if (hasExited || cancelKill !== null) return
      cancelKill = clock.after(killAfterMs, self.kill)
      self.hold(false)
      signalGroup(pid, 'SIGTERM')
    },
    kill() {
      if (hasExited) return
      self.hold(false)
      signalGroup(pid, 'SIGKILL')
    },
    gone: new Promise((resolve) => {
      const end = (exit: Exit): void => {
        const who = user
        user = null
        who?.onGone(exit)
        resolve(exit)
      }
      child.once('error', () => {
        if (child.pid !== undefined) return // a failed message, not a failed start: `exit` follows
        hasExited = true
        end({ code: null, signal: null })
      })
      child.once('exit', (code, signal) => {
        hasExited = true
        cancelKill?.()
        signalGroup(pid, 'SIGKILL') // who is left of the group
        killStrays(pid, mark, -1)
        reaper.release(pid)
        self.hold(false)
        const cancel = clock.after(pipePatienceMs, () => end({ code, signal }))
        child.once('close', () => {
          cancel()
          end({ code, signal })
        })
      })
    }),
  }

  const answerTo = async ({ ask, what, key }: Extract<FromChild, { kind: 'ask' }>): Promise<void> => {
    try {
      post(child, { kind: 'answer', ask, value: await options.answer({ what, key }), problem: null })
    } catch (thrown) {
      post(child, { kind: 'answer', ask, value: null, problem: ensureError(thrown).message })
    }
  }
  child.on('message', (message: FromChild) => {
    switch (message.kind) {
      case 'ready':
        return options.onReady(self)
      case 'started':
        if (message.seq === seq) user?.onStarted(message.rendered)
        return
      case 'done':
        if (message.seq !== seq) return
        done = message
        if (message.quiet) return whenPipesAreRead(() => concludeQuiet(message))
        return concludeIfComplete()
      case 'ask':
        return void answerTo(message)
      default:
        return message satisfies never
    }
  })
  return self
}

/**
 * What was written past the child's streams (fs.writeSync(1, ...)) stood in the pipe before the message came: one whole turn of the event loop reads
 * every pipe that has something.
 */
const whenPipesAreRead = (then: () => void): void => void setImmediate(() => setImmediate(then))

/**
 * Tasks leave the worker its turn: it has to keep its lease while they take all the processor time there is. It also saves the switch to the child that was
 * just written to, and back. Measured with 1,000 short tasks on two cores: 6 % less time.
 */
const giveWay = (pid: number): void => {
  if (pid < 0) return
  try {
    setPriority(pid, politeness)
  } catch (thrown) {
    if (!itWorksWithout.has((thrown as { info?: { code?: string } }).info?.code ?? '')) throw thrown
  }
}

const politeness = 5
/** It has ended already; it is not allowed here. */
const itWorksWithout: ReadonlySet<string> = new Set(['ESRCH', 'EPERM', 'EACCES'])

/** A child that died meanwhile takes nothing; its `exit` tells the rest. */
const post = (child: ChildProcess, message: ToChild): void => {
  if (child.connected) child.send(message, () => {})
}
