/** What a bench sees from outside: events of the journal as they are written, and rows of the projection. */
import pg from 'pg'
import type { EventOf } from '../../services/core/events.ts'
import { makeJournalReader } from '../../services/platform/bus/journal.ts'
import { makeLog } from '../../services/platform/log.ts'
import { openPlatform } from '../../services/platform/open-platform.ts'
import type { Installation } from './installation.ts'

/** With the moment at which it was read, ms since the epoch. */
export type SeenTask = EventOf<'TaskStateChanged'> & { readonly readAt: number }

export interface Observer {
  /** Resolves with the moment (ms, this clock) at which each of the runs ended in the journal. */
  untilEnded(dagId: string, runIds: ReadonlySet<string>): Promise<number>
  /** Resolves with the moment at which the row of each run shows its end. */
  untilProjected(dagId: string, runIds: ReadonlySet<string>): Promise<number>
  /** Every event of the runs since `forget`. */
  readonly tasks: SeenTask[]
  close(): Promise<void>
}

type Ended = EventOf<'RunStateChanged'>

export const openObserver = async (installation: Installation): Promise<Observer> => {
  const platform = await openPlatform(
    { brokers: [installation.brokers], registryUrl: installation.registryUrl, topicPrefix: installation.topicPrefix, columns: 12, logLevel: 'error' },
    'bench',
    makeLog('bench', 'error'),
  )
  const readers = Array.from({ length: platform.columns }, () => makeJournalReader(platform.codec))
  const ended = new Map<string, number>()
  const failed = new Set<string>()
  const tasks: SeenTask[] = []
  const looks = new Set<() => void>()
  const subscription = await platform.bus.subscribe({
    topics: [platform.topic('journal')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onFailed: (error) => {
      throw error
    },
    onRecords: (records) => {
      const now = performance.now()
      for (const record of records) {
        const entry = readers[record.partition]?.read(record)
        if (entry?.kind !== 'decided') continue
        for (const event of entry.events) {
          if (event.type === 'TaskStateChanged') tasks.push({ ...event, readAt: performance.timeOrigin + now })
          if (event.type === 'RunStateChanged' && isEnd(event)) {
            ended.set(`${event.dagId}/${event.runId}`, now)
            if (event.state === 'failed') failed.add(`${event.dagId}/${event.runId}: ${event.reason}`)
          }
        }
      }
      for (const look of looks) look()
    },
  })
  const database = new pg.Client({ connectionString: installation.databaseUrl })
  await database.connect()
  return {
    tasks,
    untilEnded: (dagId, runIds) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (failed.size > 0) return reject(new Error(`a run of the bench failed: ${[...failed].join('; ')}`))
          const times = [...runIds].map((runId) => ended.get(`${dagId}/${runId}`))
          if (times.some((time) => time === undefined)) return
          looks.delete(look)
          resolve(Math.max(...times.map(Number)))
        }
        looks.add(look)
        look()
      }),
    async untilProjected(dagId, runIds) {
      for (;;) {
        const { rows } = await database.query(
          "select count(*)::int as n from projection.dag_run where dag_id = $1 and run_id = any($2) and state = 'success'",
          [dagId, [...runIds]],
        )
        if (rows[0].n === runIds.size) return performance.now()
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    },
    async close() {
      await subscription.close()
      await Promise.all([platform.close(), database.end()])
    },
  }
}

const isEnd = (event: Ended): boolean => event.state === 'success' || event.state === 'failed'
