/** `/ui/logs/.../stream`: a try's log as it is written. */
import type { FastifyReply } from 'fastify'
import { ensureError } from '../../core/errors.ts'
import type { ApiDeps } from '../deps.ts'
import { type EventStream, openEventStream } from '../live/event-stream.ts'
import { tailLog } from './tail-log.ts'
import { findTryLog, type TryAddress } from './try-log.ts'

/** Rejects (an ordinary error answer) while nothing was sent yet. */
export const streamLog = async (
  deps: Pick<ApiDeps, 'db' | 'logsDir' | 'clock' | 'log' | 'ending'>,
  reply: FastifyReply,
  at: TryAddress,
  from: number,
): Promise<void> => {
  const { db, logsDir, clock, log, ending } = deps
  const find = () => findTryLog(db, logsDir, at)
  await find()
  reply.hijack()
  const stream: EventStream = openEventStream(reply.raw, clock, ending)
  const stop = await tailLog({
    from,
    clock,
    find,
    onLines: (lines) => stream.send('lines', { lines }, String(lines.at(-1)?.line ?? from)),
    onEnd(lines) {
      stream.send('end', { lines })
      stream.end()
    },
    onError(error) {
      log.warn({ error: ensureError(error).message }, 'a log cannot be followed; the reader tries again')
      stream.end()
    },
  }).catch((error: unknown) => {
    log.warn({ error: ensureError(error).message }, 'a log cannot be followed; the reader tries again')
    stream.end()
    return () => {}
  })
  stream.onClose(stop)
}
