/**
 * The process beside the triggerer that runs triggers with code (DESIGN invariant 8), as the triggerer sees it. It starts with the first of them and ends
 * some time after the last. When it dies, or its loop cannot be freed, another takes all its triggers over: a trigger may run twice.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Reaper } from '../holder/reaper.ts'
import { killStrays, markVariable, signalGroup } from '../holder/stray-processes.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import type { LogLevel } from '../sdk/runtime/attempt.ts'
import { codeEntry } from './code-entry.ts'
import { type Blocked, blockedMark, type CodeTrigger, type FromCode, type ToCode, type TriggerEnd } from './code-messages.ts'
import type { TriggererConfig } from './config.ts'
import type { TriggerHosts } from './trigger-host.ts'

export interface CodeUser {
  readonly onLog: (level: LogLevel, text: string) => void
  readonly onEnd: (end: TriggerEnd) => void
}

export interface CodeProcess {
  /** The returned function gives up. */
  run(trigger: CodeTrigger, user: CodeUser): () => void
  pid(): number | undefined
  /** Kills it and resolves when nothing of it lives. */
  close(): Promise<void>
}

export interface CodeProcessOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly reaper: Reaper
  readonly mark: string
  readonly config: Pick<TriggererConfig, 'taskEnv' | 'blockMs' | 'idleMs'>
  readonly hosts: TriggerHosts
}

/** Code that was taken out of the loop must let go of it within this; else the process is killed. */
const freeWithinMs = 2000
/** It died so often in a row without a trigger ending: then those that it ran fail. */
const maxDeaths = 3

export const openCodeProcess = ({ clock, log, reaper, mark, config, hosts }: CodeProcessOptions): CodeProcess => {
  const running = new Map<string, { readonly trigger: CodeTrigger; readonly user: CodeUser }>()
  /** Definitions that go to threads. */
  const moved = new Set<string>()
  let child: ChildProcess | null = null
  let gone: Promise<void> = Promise.resolve()
  let closed = false
  let deaths = 0
  let cancelIdle = (): void => {}
  /** Set while the loop stands still and somebody was told to leave it. */
  let cancelKill: (() => void) | null = null
  /** We ended it, so that it is nobody's death. */
  let isKilled = false

  const post = (message: ToCode): void => {
    if (child?.connected) child.send(message, () => {}) // one that died meanwhile: its exit tells the rest
  }
  const end = (token: string, how: TriggerEnd): void => {
    const entry = running.get(token)
    if (!entry) return
    running.delete(token)
    deaths = 0
    rest()
    entry.user.onEnd(how)
  }
  const rest = (): void => {
    if (running.size > 0 || child === null) return
    cancelIdle()
    cancelIdle = clock.after(config.idleMs, () => {
      if (running.size === 0) kill()
    })
  }
  const kill = (): void => {
    isKilled = true
    if (child?.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
  }

  const free = (): void => {
    cancelKill?.()
    cancelKill = null
  }
  const takeBlocked = ({ blocked, ms, at }: Blocked): void => {
    const entry = blocked === null ? undefined : running.get(blocked)
    cancelKill ??= clock.after(freeWithinMs, () => {
      log.error({ at }, 'the event loop of the triggers with code is still held up: their process is killed, another takes over')
      kill()
    })
    if (entry && moved.has(entry.trigger.definition)) return // said already, and on its way
    if (!entry) return log.warn({ ms, at }, 'the event loop of the triggers with code is held up, and by whom is not known')
    const { definition, trigger } = entry.trigger
    const name = trigger.name ?? definition.slice(definition.indexOf('/') + 1)
    log.warn({ trigger: name, ms, at }, `trigger ${name} holds the event loop of the others up: it is moved to a thread`)
    entry.user.onLog('warn', `This trigger held the event loop of the others up for ${ms} ms, in ${at}: it is moved to a thread. Await what takes time.`)
    moved.add(definition)
    post({ kind: 'move', definition })
  }
  const takeMessage = (message: FromCode): void => {
    switch (message.kind) {
      case 'ready':
        return
      case 'end':
        return end(message.token, message.end)
      case 'log':
        return running.get(message.token)?.user.onLog(message.level, hosts.mask(message.text))
      case 'secret':
        return hosts.addSecret(message.value)
      case 'ask':
        return post({ kind: 'answer', ask: message.ask, value: hosts.ask(message.what, message.key) })
      case 'moved':
        return free()
      default:
        return message satisfies never
    }
  }
  const takeLine = (line: string): void => {
    if (line.startsWith(blockedMark)) takeBlocked(JSON.parse(line.slice(blockedMark.length)))
    else if (line.trim() !== '') log.info({ line: hosts.mask(line).slice(0, 2000) }, 'a trigger printed')
  }

  const start = (): void => {
    const made = fork(codeEntry(), [JSON.stringify({ blockMs: config.blockMs })], {
      detached: true, // its own session and group
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...config.taskEnv, [markVariable]: `${mark}code;` },
      execArgv: ['--max-semi-space-size=2'],
    })
    child = made
    const pid = made.pid ?? -1
    if (pid > 0) reaper.register(pid)
    made.on('message', takeMessage)
    for (const pipe of [made.stdout, made.stderr] as readonly Readable[]) createInterface({ input: pipe }).on('line', takeLine)
    gone = new Promise((resolve) => {
      made.once('exit', (code, signal) => {
        signalGroup(pid, 'SIGKILL') // who is left of the group
        killStrays(pid, `${mark}code;`, -1)
        reaper.release(pid)
        free()
        child = null
        resolve()
        if (!isKilled) deaths++
        isKilled = false
        if (!closed) takeOver(signal ?? `exit code ${code}`)
      })
    })
    for (const definition of moved) post({ kind: 'move', definition })
    for (const { trigger } of running.values()) post({ kind: 'run', ...trigger })
  }
  const takeOver = (how: string): void => {
    if (running.size === 0) return
    if (deaths < maxDeaths) {
      log.warn({ how, triggers: running.size }, 'the process of the triggers with code died: another takes over')
      return start()
    }
    deaths = 0
    const message = `the process that runs triggers with code died ${maxDeaths} times (${how}): one of them ends it, or takes too much memory`
    log.error(message)
    for (const token of [...running.keys()]) end(token, { kind: 'failed', error: { type: 'process_died', message, stack: null }, retryable: true })
  }

  return {
    pid: () => child?.pid,
    run(trigger, user) {
      running.set(trigger.token, { trigger, user })
      cancelIdle()
      if (child === null) start()
      else post({ kind: 'run', ...trigger })
      return () => {
        if (!running.delete(trigger.token)) return
        post({ kind: 'cancel', token: trigger.token })
        rest()
      }
    },
    async close() {
      closed = true
      cancelIdle()
      free()
      kill()
      await gone
    },
  }
}
