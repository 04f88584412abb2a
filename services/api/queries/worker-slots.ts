import type { Db } from './tables.ts'

/** Beats are written every few seconds: older than this is silent. */
const silentMs = 20_000

/** Free slots of the live workers that serve a queue. */
export const freeWorkerSlots = async (db: Db, queue: string, now: number): Promise<number> => {
  const workers = await db
    .selectFrom('worker')
    .select(['slots', 'attempts', 'queues', 'draining'])
    .where('left_at', 'is', null)
    .where('kind', '=', 'worker')
    .where('seen_at', '>', new Date(now - silentMs))
    .execute()
  return workers
    .filter((worker) => !worker.draining && worker.queues.includes(queue))
    .reduce((free, worker) => free + Math.max(0, worker.slots - heldBy(worker.attempts)), 0)
}

/** What has ended takes no slot any more. */
const heldBy = (attempts: string): number => (JSON.parse(attempts) as readonly { readonly state: string }[]).filter(({ state }) => state !== 'ended').length
