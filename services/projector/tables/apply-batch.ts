import { MillraceError } from '../../core/errors.ts'
import type { Incoming } from '../../platform/bus/port.ts'
import type { Platform } from '../../platform/platform.ts'
import { projectedChannel } from '../../platform/store/projected-channel.ts'
import type { Session } from '../../platform/store/session.ts'
import type { ForgottenRun } from '../logs/forget-logs.ts'
import { writeBackfillEvents } from './backfills/write.ts'
import { writeDagEvents } from './dag-states/write.ts'
import { writeDags } from './dags/write.ts'
import type { KeptDatasetEvents } from './datasets/prune.ts'
import { unknownLetters } from './datasets/unknown.ts'
import { writeDatasetEvents, writeDatasetRuns } from './datasets/write.ts'
import { writeDeadLetters } from './dead-letters/write.ts'
import { deadLetterBy, decodeBatch, refused } from './decode-batch.ts'
import { writeImportErrors } from './import-errors/write.ts'
import { lockPositions, movePositions } from './positions.ts'
import { projectedTopics } from './projected-topics.ts'
import { forgetRows, readForgotten } from './runs/forget.ts'
import { writeRunEvents } from './runs/write.ts'
import { writeTaskEvents } from './task-instances/write.ts'
import { writeHeartbeats } from './workers/write.ts'

export interface ApplyOptions extends KeptDatasetEvents {
  /** Told before the rows go, and again when that fails. */
  readonly forgetLogs?: (runs: readonly ForgottenRun[]) => Promise<void>
}

/**
 * Writes records into the tables in one transaction and moves `positions` past them. A batch that the data themselves make fail is cut in two
 * until the record is alone: that one goes to dead-letters.
 */
export const applyBatch = async (
  platform: Platform,
  session: Session,
  positions: Map<string, number>,
  records: readonly Incoming[],
  options: ApplyOptions,
): Promise<void> => {
  if (records.length === 0) return
  try {
    await applyWhole(platform, session, positions, records, options)
  } catch (error) {
    if (!isFaultOfData(error)) throw error
    const [only] = records
    if (records.length === 1 && only) {
      await platform.bus.send([refused(platform, only, error)])
      await commit(session, positions, movedBy(platform, records), async () => {})
      return
    }
    const half = records.length >> 1
    await applyBatch(platform, session, positions, records.slice(0, half), options)
    await applyBatch(platform, session, positions, records.slice(half), options)
  }
}

const applyWhole = async (
  platform: Platform,
  session: Session,
  positions: Map<string, number>,
  records: readonly Incoming[],
  options: ApplyOptions,
): Promise<void> => {
  const batch = await decodeBatch(platform, records)
  if (batch.letters.length > 0) await platform.bus.send(batch.letters)
  if (options.forgetLogs && batch.forgottenAt.size > 0) await options.forgetLogs(await readForgotten(session, batch.forgottenAt))
  await commit(session, positions, movedBy(platform, records), async () => {
    await forgetRows(session, ['dataset_run', 'dag_run'], batch.forgottenRuns)
    await forgetRows(session, ['xcom', 'task_try', 'task_instance'], batch.forgottenTasks)
    await writeDags(session, batch.dags)
    await writeImportErrors(session, batch.importErrors)
    const unknown = await writeDatasetEvents(session, batch.datasetEvents, options)
    await platform.bus.send(unknownLetters(platform, unknown, batch.datasetEvents, records, deadLetterBy))
    await writeDagEvents(session, batch.runEvents)
    await writeRunEvents(session, batch.runEvents)
    await writeBackfillEvents(session, batch.runEvents)
    await writeDatasetRuns(session, batch.runEvents)
    await writeTaskEvents(session, batch.taskEvents)
    await writeHeartbeats(session, batch.heartbeats)
    await writeDeadLetters(session, batch.deadLetters)
  })
}

const commit = async (session: Session, positions: Map<string, number>, moved: ReadonlyMap<string, number>, write: () => Promise<void>): Promise<void> => {
  const expected = new Map([...moved.keys()].map((place) => [place, positions.get(place) ?? 0]))
  await session.transaction(async () => {
    await lockPositions(session, expected)
    await write()
    await movePositions(session, moved)
    // A payload of NOTIFY holds 8,000 bytes: many columns take several.
    const entries = [...moved]
    for (let i = 0; i < entries.length; i += 200)
      await session.query({
        name: 'notify',
        text: 'SELECT pg_notify($1, $2)',
        values: [projectedChannel, JSON.stringify(Object.fromEntries(entries.slice(i, i + 200)))],
      })
  })
  for (const [place, offset] of moved) positions.set(place, offset)
}

const movedBy = (platform: Platform, records: readonly Incoming[]): ReadonlyMap<string, number> => {
  const names = new Map<string, string>(projectedTopics.map((name) => [platform.topic(name), name]))
  const moved = new Map<string, number>()
  for (const record of records) moved.set(`${names.get(record.topic)}/${record.partition}`, record.offset + 1)
  return moved
}

/** Postgres refuses the values (classes 22 and 23), or a record says something impossible: not a fault of the machine. */
const isFaultOfData = (error: unknown): boolean => {
  if (error instanceof MillraceError) return error.code === 'undecodable' || error.code === 'bad_dag'
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' && /^2[23]/.test(code)
}
