/** Follows a try's log: what is there from a line on, then what is added, until the try is over and its last line was sent. */
import type { LogMessage } from '../../../schemas/http/logs.ts'
import type { Clock } from '../../platform/clock.ts'
import { type LogCursor, logStart, readLogLines } from './log-lines.ts'
import { isMarkedOver, type TryLog } from './try-log.ts'
import { watchFile } from './watch-file.ts'

export interface TailOptions {
  readonly from: number
  readonly clock: Clock
  /** Looks the try up again: it may be over by now. */
  readonly find: () => Promise<TryLog>
  readonly onLines: (lines: readonly LogMessage[]) => void
  readonly onEnd: (lines: number) => void
  readonly onError: (error: unknown) => void
}

const batchLines = 2_000
const lookEveryMs = 2_000
/** A try that ended without its last line (a killed worker) is given this long. */
const lateMs = 4_000

/** The returned function stops it. */
export const tailLog = async (options: TailOptions): Promise<() => void> => {
  const { clock, find, from } = options
  let log = await find()
  let cursor: LogCursor = logStart
  let overSince: number | null = null
  let busy = false
  let again = false
  let stopped = false
  let cancelLook = (): void => {}

  const stop = (): void => {
    stopped = true
    unwatch()
    cancelLook()
  }

  const look = async (): Promise<void> => {
    const isMarked = await isMarkedOver(log.path) // asked before reading: what stands there then is all
    if (!log.isTryOver && isMarked) log = await find()
    for (;;) {
      const piece = await readLogLines(log.path, cursor, from, batchLines)
      cursor = piece.cursor
      if (stopped) return
      if (piece.lines.length > 0) options.onLines(piece.lines)
      if (!piece.isCut) break
    }
    if (!log.isTryOver) return
    overSince ??= clock.now()
    if (isMarked || clock.now() - overSince >= lateMs) {
      stop()
      options.onEnd(cursor.line)
    }
  }

  const run = async (): Promise<void> => {
    if (busy) {
      again = true
      return
    }
    busy = true
    try {
      do {
        again = false
        await look()
      } while (again && !stopped)
    } catch (error) {
      stop()
      options.onError(error)
    }
    busy = false
  }

  const lookAgain = (): void => {
    cancelLook = clock.after(lookEveryMs, () => {
      void find().then(
        (found) => {
          log = found
          void run()
        },
        () => {}, // Postgres is away: the file is still followed
      )
      if (!stopped) lookAgain()
    })
  }

  const unwatch = watchFile(log.path, () => void run())
  lookAgain()
  await run()
  return stop
}
