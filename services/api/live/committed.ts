/** How far the projection has committed, heard by LISTEN: `<topic>/<partition>` -> next offset. */
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { listen } from '../../platform/store/listen.ts'
import { projectedChannel } from '../../platform/store/projected-channel.ts'

export interface Committed {
  has(topic: string, partition: number, offset: number): boolean
  /** Postgres answers. */
  isHeard(): boolean
  onChange(listener: () => void): () => void
  /** Resolves when the record is committed (true) or the time is over (false). */
  wait(topic: string, partition: number, offset: number, limitMs: number): Promise<boolean>
  close(): Promise<void>
}

export const openCommitted = async ({
  databaseUrl,
  clock,
  log,
}: {
  readonly databaseUrl: string
  readonly clock: Clock
  readonly log: Logger
}): Promise<Committed> => {
  const next = new Map<string, number>()
  const listeners = new Set<() => void>()
  let heard = false
  const tell = (): void => {
    for (const listener of [...listeners]) listener()
  }
  const move = (positions: Iterable<readonly [string, number]>): void => {
    for (const [place, offset] of positions) if (offset > (next.get(place) ?? 0)) next.set(place, offset)
    tell()
  }
  const has = (topic: string, partition: number, offset: number): boolean => (next.get(`${topic}/${partition}`) ?? 0) > offset

  const listener = await listen({
    databaseUrl,
    channel: projectedChannel,
    clock,
    log,
    async onListening(client) {
      const { rows } = await client.query<{ topic: string; partition: number; next_offset: number }>(
        'SELECT topic, partition, next_offset FROM projection.position',
      )
      heard = true
      next.clear() // the tables may have been made anew meanwhile
      move(rows.map((row) => [`${row.topic}/${row.partition}`, row.next_offset]))
    },
    onNotification: (payload) => move(Object.entries(JSON.parse(payload) as Record<string, number>)),
    onLost: () => {
      heard = false
      tell()
    },
  })

  const onChange: Committed['onChange'] = (changed) => {
    listeners.add(changed)
    return () => listeners.delete(changed)
  }
  return {
    has,
    isHeard: () => heard,
    onChange,
    wait: (topic, partition, offset, limitMs) =>
      new Promise((resolve) => {
        if (has(topic, partition, offset)) return resolve(true)
        const done = (result: boolean): void => {
          cancel()
          forget()
          resolve(result)
        }
        const cancel = clock.after(limitMs, () => done(false))
        const forget = onChange(() => has(topic, partition, offset) && done(true))
      }),
    close: () => listener.close(),
  }
}
