/** Topic task-logs -> files. One append for each try in a batch; positions are saved behind it, so a crash writes again what is dropped as known. */
import { join } from 'node:path'
import type { LogChunk } from '../../../schemas/generated/records.ts'
import { ensureError, MillraceError } from '../../core/errors.ts'
import { logPath } from '../../core/log-path.ts'
import type { Incoming, Outgoing } from '../../platform/bus/port.ts'
import { makeDeadLetter } from '../../platform/dead-letters.ts'
import type { OnFailed, Platform } from '../../platform/platform.ts'
import { openInflow } from '../inflow.ts'
import { type ForgottenRun, forgetLogs } from './forget-logs.ts'
import { type LogFile, openLogFile } from './log-file.ts'
import { readLogPositions, writeLogPositions } from './positions-file.ts'

export interface LogStoreConfig {
  readonly logsDir: string
}

const maxBatch = 2_000
const maxHeld = 20_000
/** Files kept in mind; one that comes back is opened anew. */
const maxOpen = 2_000
const filesAtOnce = 8
const saveEveryMs = 1_000
const retryMs = 1_000

export interface LogStore {
  /** Takes away the files of runs that are forgotten. What cannot be taken away stays, and is told: nothing else depends on it. */
  forget(runs: readonly ForgottenRun[]): Promise<void>
  stop(): Promise<void>
}

export const startLogStore = async (platform: Platform, { logsDir }: LogStoreConfig, onFailed: OnFailed): Promise<LogStore> => {
  const { bus, clock, log } = platform
  const topic = platform.topic('task-logs')
  const positions: Record<string, number> = { ...(await startPositions(platform, topic, logsDir)) }
  const files = new Map<string, Promise<LogFile>>()
  let savedAt = clock.now()
  let stopping = false

  const fileOf = (path: string): Promise<LogFile> => {
    const known = files.get(path)
    if (known) return known
    if (files.size >= maxOpen) files.delete(files.keys().next().value ?? '')
    const opened = openLogFile(join(logsDir, path))
    files.set(path, opened)
    return opened
  }

  const writeOne = async (path: string, chunks: readonly LogChunk[]): Promise<void> => {
    // An attempt that wrote nothing gets no file: its end is known from its state.
    if (!files.has(path) && chunks.every((chunk) => chunk.lines.length === 0 && chunk.seq === 0)) return
    for (;;) {
      try {
        return await (await fileOf(path)).add(chunks)
      } catch (thrown) {
        files.delete(path) // what got into the file is known only by reading it again
        if (stopping) throw thrown
        log.error(
          { path, error: ensureError(thrown).message },
          `a log cannot be written below ${logsDir} (disk full? permissions?); trying again every ${retryMs / 1000} s`,
        )
        await new Promise<void>((resolve) => clock.after(retryMs, resolve))
      }
    }
  }

  const write = async (records: readonly Incoming[]): Promise<void> => {
    const { byPath, letters } = await decodeChunks(platform, records)
    if (letters.length > 0) await bus.send(letters)
    const work = [...byPath]
    const worker = async (): Promise<void> => {
      for (let next = work.pop(); next; next = work.pop()) await writeOne(...next)
    }
    await Promise.all(Array.from({ length: Math.min(filesAtOnce, work.length) }, worker))
    for (const [path, chunks] of byPath) if (chunks.at(-1)?.last) files.delete(path)
    for (const record of records) positions[record.partition] = record.offset + 1
    if (clock.now() - savedAt < saveEveryMs) return
    savedAt = clock.now()
    await writeLogPositions(logsDir, topic, positions)
  }

  const inflow = await openInflow({
    bus,
    clock,
    topics: [topic],
    start: (_topic, partition) => positions[partition] ?? 'beginning',
    lazyTopics: new Set(),
    lazyMs: 0,
    maxBatch,
    maxHeld,
  })
  const loop = async (): Promise<void> => {
    for (;;) await write(await inflow.next())
  }
  const running = loop().catch((thrown: unknown) => {
    if (!stopping) onFailed(ensureError(thrown))
  })

  return {
    async forget(runs) {
      try {
        for (const path of await forgetLogs(logsDir, runs)) files.delete(path)
      } catch (thrown) {
        log.warn({ runs: runs.length, error: ensureError(thrown).message }, `logs of forgotten runs stay below ${logsDir} (permissions?): delete them by hand`)
      }
    },
    async stop() {
      stopping = true
      await inflow.close()
      await running
      await writeLogPositions(logsDir, topic, positions)
    },
  }
}

const startPositions = async ({ bus, log }: Platform, topic: string, logsDir: string): Promise<Record<string, number>> => {
  const stored = await readLogPositions(logsDir, topic)
  const positions: Record<string, number> = {}
  for (const { partition, low, high } of (await bus.offsets(topic)).partitions) {
    const position = stored[partition] ?? low
    if (position > high) log.warn({ topic, partition, position, high }, 'the topic was made anew: its logs are read from the beginning')
    positions[partition] = position > high ? low : Math.max(position, low)
  }
  return positions
}

const decodeChunks = async (
  platform: Platform,
  records: readonly Incoming[],
): Promise<{ readonly byPath: ReadonlyMap<string, LogChunk[]>; readonly letters: readonly Outgoing[] }> => {
  const byPath = new Map<string, LogChunk[]>()
  const letters: Outgoing[] = []
  for (const record of records) {
    if (!record.value) continue
    try {
      const chunk = await decodeChunk(platform, record.value)
      const path = logPath(chunk)
      const chunks = byPath.get(path)
      if (chunks) chunks.push(chunk)
      else byPath.set(path, [chunk])
    } catch (thrown) {
      letters.push(makeDeadLetter(platform, record, 'projector', thrown))
    }
  }
  return { byPath, letters }
}

const decodeChunk = async ({ codec }: Platform, value: Buffer): Promise<LogChunk> => {
  try {
    return codec.decode('LogChunk', value)
  } catch (thrown) {
    if (!(thrown instanceof MillraceError && thrown.code === 'unknown_schema')) throw thrown
    await codec.learn(value)
    return codec.decode('LogChunk', value)
  }
}
