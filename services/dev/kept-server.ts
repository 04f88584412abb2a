import { setTimeout as delay } from 'node:timers/promises'
import { ensureError } from '../core/errors.ts'
import { exitWords } from './exit-words.ts'
import type { Guard } from './guard.ts'
import type { StackProcess } from './stack/process.ts'
import { stopSignalOf } from './stop-signal.ts'

/** A server of the local stack that is started again when it dies. */
export interface KeptServer {
  readonly name: string
  pid(): number | undefined
  /** Its first start; later ones are told as warnings. */
  readonly ready: Promise<void>
  stop(): Promise<void>
  kill(): void
}

export interface KeptServerSpec {
  readonly name: string
  readonly start: (onSpawn: (server: StackProcess) => void) => Promise<StackProcess>
  readonly graceMs: number
}

export interface Keeper {
  readonly guard: Guard
  readonly warn: (text: string) => void
  /** A pid has come or gone. */
  readonly onChange: () => void
}

const restartDelayMs = 100
const maxRestartDelayMs = 10_000
const steadyAfterMs = 30_000

/** How long to wait before the next start: twice as long each time, and from the beginning for one that had run well. */
export const nextRestartDelayMs = (lastMs: number | undefined, ranMs: number): number =>
  lastMs === undefined || ranMs > steadyAfterMs ? restartDelayMs : Math.min(lastMs * 2, maxRestartDelayMs)

/** Starts a server and holds it up until it is stopped. */
export const keepServer = (spec: KeptServerSpec, { guard, warn, onChange }: Keeper): KeptServer => {
  let current: StackProcess | undefined
  const over = new AbortController()

  const onSpawn = (server: StackProcess) => {
    current = server
    guard.watch(server.pid, spec.name)
    onChange()
    void server.exited.then(() => {
      guard.unwatch(server.pid)
      if (current === server) current = undefined
      onChange()
    })
  }

  const restart = async (first: StackProcess): Promise<void> => {
    let server = first
    let waitMs: number | undefined
    for (;;) {
      const since = performance.now()
      const exit = await server.exited
      if (over.signal.aborted) return
      waitMs = nextRestartDelayMs(waitMs, performance.now() - since)
      warn(`${spec.name} (pid ${server.pid}) ${exitWords(exit)}: starting it again`)
      for (;;) {
        await delay(waitMs, undefined, { signal: over.signal })
        try {
          server = await spec.start(onSpawn)
          break
        } catch (thrown) {
          if (over.signal.aborted) return
          waitMs = nextRestartDelayMs(waitMs, 0)
          warn(`${ensureError(thrown).message}; trying again in ${waitMs / 1000} s`)
        }
      }
      warn(`${spec.name} is back (pid ${server.pid})`)
    }
  }

  const first = spec.start(onSpawn)
  first.then(restart).catch((thrown) => {
    if (!over.signal.aborted && current) warn(`${spec.name} is no longer watched: ${ensureError(thrown).message}`)
  })
  return {
    name: spec.name,
    pid: () => current?.pid,
    ready: first.then(() => undefined),
    stop: async () => {
      over.abort()
      await first.catch(() => undefined) // its log file and data are in place now, so that it ends cleanly
      await current?.stop(stopSignalOf(spec.name), spec.graceMs)
    },
    kill: () => {
      over.abort()
      void current?.stop('SIGKILL', 0)
    },
  }
}
