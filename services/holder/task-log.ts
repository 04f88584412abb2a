/**
 * The log of one attempt on its way to topic `task-logs`: batches of 200 lines or 50 ms, numbered, a limit for the whole attempt, and a count of what is not
 * acknowledged yet, by which the pipes are held back.
 */
import type { LogChunk, LogLine } from '../../schemas/generated/records.ts'
import type { Outgoing } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'
import type { HeldCommand } from './attempt-table.ts'

export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

export interface TaskLog {
  write(line: LogLine): void
  /** Written by the worker itself; never cut. */
  system(level: LogLevel, text: string): void
  /** The last chunk, to be sent with the end report: nothing can be written after it. Null of a log without a line: that it is over, its state tells. */
  close(): Outgoing | null
}

export interface TaskLogOptions {
  readonly platform: Platform
  readonly command: HeldCommand
  readonly logicalDate: number | null
  readonly maxLogBytes: number
  /** Too much is unacknowledged (true), or no longer (false). */
  readonly onPressure: (high: boolean) => void
  readonly onSendFailed: (error: unknown) => void
}

const batchMs = 50
const batchLines = 200
const batchBytes = 400_000
const highWaterBytes = 2_000_000
const lowWaterBytes = 500_000
/** A line's place in its chunk, beside its text. */
const lineOverheadBytes = 24

export const openTaskLog = ({ platform, command, logicalDate, maxLogBytes, onPressure, onSendFailed }: TaskLogOptions): TaskLog => {
  const topic = platform.topic('task-logs')
  const key = `${command.dagId}/${command.runId}/${command.taskId}/${command.mapIndex}`
  let lines: LogLine[] = []
  let bytes = 0
  let total = 0
  let seq = 0
  let unacknowledged = 0
  let pressed = false
  let cutLines = 0
  let cutBytes = 0
  let cancelTimer: (() => void) | null = null

  const takeChunk = (last: boolean): Outgoing => {
    cancelTimer?.()
    cancelTimer = null
    const { dagId, runId, taskId, mapIndex, tryNumber, token } = command
    const chunk: LogChunk = { dagId, runId, taskId, mapIndex, tryNumber, token, logicalDate, seq, lines, last }
    seq += lines.length
    lines = []
    bytes = 0
    return { topic, key, value: platform.codec.encode('LogChunk', chunk) }
  }
  const settle = (size: number): void => {
    unacknowledged -= size
    if (pressed && unacknowledged <= lowWaterBytes) {
      pressed = false
      onPressure(false)
    }
  }
  const flush = (): void => {
    const size = bytes
    unacknowledged += size
    if (!pressed && unacknowledged > highWaterBytes) {
      pressed = true
      onPressure(true)
    }
    platform.bus.send([takeChunk(false)]).then(
      () => settle(size),
      (error: unknown) => {
        settle(size)
        onSendFailed(error)
      },
    )
  }
  const add = (line: LogLine, size: number): void => {
    if (bytes + size > batchBytes && lines.length > 0) flush()
    lines.push(line)
    bytes += size
    if (lines.length >= batchLines) flush()
    else cancelTimer ??= platform.clock.after(batchMs, flush)
  }
  const system = (level: LogLevel, text: string): void => {
    for (const part of text.split('\n'))
      add({ at: platform.clock.now(), stream: 'system', level, text: part.slice(0, 16_384) }, part.length + lineOverheadBytes)
  }
  return {
    write(line) {
      const size = Buffer.byteLength(line.text) + lineOverheadBytes
      if (cutLines > 0 || total + size > maxLogBytes) {
        cutLines++
        cutBytes += size - lineOverheadBytes
        return
      }
      total += size
      add(line, size)
    },
    system,
    close() {
      if (cutLines > 0)
        system(
          'warning',
          `The log is cut: ${cutLines} lines (${cutBytes} bytes) after the first ${maxLogBytes} bytes were dropped. Raise MILLRACE_MAX_LOG_BYTES on the worker to keep more.`,
        )
      return seq === 0 && lines.length === 0 ? null : takeChunk(true)
    },
  }
}
