/** One incarnation after the other (N, O): the next begins when nothing of the last one lives. */
import { ensureError } from '../core/errors.ts'
import type { OnFailed } from '../platform/platform.ts'
import type { Incarnation } from './incarnation.ts'

export interface Life {
  readonly incarnation: Incarnation
  /** Resolves when nothing of it lives, and its reaper has ended. */
  close(): Promise<void>
}

export interface Lives {
  /** The present one. */
  current(): Incarnation
  /** Resolves when it was drained by command: it has left, and waits to be stopped. */
  readonly drained: Promise<void>
  stop(): Promise<void>
}

export const openLives = async (open: () => Promise<Life>, onFailed: OnFailed): Promise<Lives> => {
  let stopping = false
  let life = await open()
  let setDrained: () => void
  const drained = new Promise<void>((resolve) => {
    setDrained = resolve
  })
  const lives = async (): Promise<void> => {
    for (;;) {
      const why = await life.incarnation.over
      if (why === 'drained') setDrained()
      if (stopping || why === 'drained') return
      await life.close()
      life = await open()
      if (stopping) await life.incarnation.drain()
    }
  }
  const living = lives().catch((thrown: unknown) => onFailed(ensureError(thrown)))
  return {
    current: () => life.incarnation,
    drained,
    async stop() {
      stopping = true
      await life.incarnation.drain()
      await living
      await life.close()
    },
  }
}
