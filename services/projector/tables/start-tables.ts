/**
 * Public topics -> tables. One projector of an installation writes (a session lock in Postgres); others wait to take its place. When Postgres is
 * away, everything is given up and begun again from the stored positions: nothing is lost, and nobody who decides notices.
 */
import { ensureError, MillraceError } from '../../core/errors.ts'
import type { OnFailed, Platform } from '../../platform/platform.ts'
import { isAway } from '../../platform/store/away.ts'
import { openSession, type Session } from '../../platform/store/session.ts'
import { openInflow } from '../inflow.ts'
import { type ApplyOptions, applyBatch } from './apply-batch.ts'
import { pruneExpired } from './datasets/prune.ts'
import { PositionsMoved, readPositions } from './positions.ts'
import { projectedTopics } from './projected-topics.ts'

export interface TablesConfig extends ApplyOptions {
  readonly databaseUrl: string
}

/** Any number but migrate-store's. */
const writerLockKey = 7_154_602

const retryMs = 1_000
const maxBatch = 4_000
const maxHeld = 40_000
/** Heartbeats come every second from every worker; the tables may be this late about them. */
const lazyMs = 5_000
/** How often what the topic dataset-events has let go of is looked for: workers beat, so there is always a batch to do it after. */
const pruneEveryMs = 600_000

export const startTables = (platform: Platform, config: TablesConfig, onFailed: OnFailed): { stop(): Promise<void> } => {
  const { log, clock } = platform
  let stopping = false
  let endSession = (_error: Error): void => {}
  let cancelWait = (): void => {}

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(retryMs, resolve)
      cancelWait = () => {
        cancel()
        resolve()
      }
    })

  const oneSession = async (): Promise<void> => {
    let fail = (_error: Error): void => {}
    const failed = new Promise<never>((_resolve, reject) => {
      fail = reject
    })
    failed.catch(() => {}) // looked at by the races below; it may fail when none is on
    endSession = fail
    const session = await openSession({
      databaseUrl: config.databaseUrl,
      name: 'projector',
      onLost: (error) => fail(error ?? new MillraceError('database_unreachable', 'Postgres closed the connection')),
    })
    const writing = writeUntilLost(platform, session, config, failed)
    try {
      await Promise.race([writing, failed])
    } finally {
      await session.close()
      await writing.catch(() => {}) // told already; waited for, so that nothing of this session outlives it
    }
  }

  const loop = async (): Promise<void> => {
    while (!stopping) {
      try {
        await oneSession()
      } catch (thrown) {
        if (stopping) return
        const error = ensureError(thrown)
        if (!isPassing(error)) {
          onFailed(error)
          return
        }
        log.warn({ error: error.message }, `the tables wait; trying again every ${retryMs / 1000} s`)
        await pause()
      }
    }
  }
  const running = loop()

  return {
    async stop() {
      stopping = true
      endSession(new MillraceError('shutting_down', 'the projector stops'))
      cancelWait()
      await running
    },
  }
}

const isPassing = (error: Error): boolean => isAway(error) || error instanceof PositionsMoved || (error instanceof MillraceError && error.retryable)

const writeUntilLost = async (platform: Platform, session: Session, options: ApplyOptions, failed: Promise<never>): Promise<never> => {
  const { bus, clock, log } = platform
  await session.query({ text: 'SELECT pg_advisory_lock($1)', values: [writerLockKey] })
  // Rows and positions are one transaction: what a crash of Postgres takes back is applied again, so no commit need wait for the disk.
  await session.query({ text: 'SET synchronous_commit = off' })
  const positions = await readPositions(session, bus, platform.topic, log)
  const names = new Map<string, string>(projectedTopics.map((name) => [platform.topic(name), name]))
  const inflow = await openInflow({
    bus,
    clock,
    topics: [...names.keys()],
    start: (topic, partition) => positions.get(`${names.get(topic)}/${partition}`) ?? 'beginning',
    lazyTopics: new Set([platform.topic('heartbeats')]),
    lazyMs,
    maxBatch,
    maxHeld,
  })
  try {
    for (let pruneAt = 0; ; ) {
      const records = await Promise.race([inflow.next(), failed])
      await applyBatch(platform, session, positions, records, options)
      if (clock.now() < pruneAt) continue
      await pruneExpired(session, await bus.offsets(platform.topic('dataset-events')))
      pruneAt = clock.now() + pruneEveryMs
    }
  } finally {
    await inflow.close()
  }
}
