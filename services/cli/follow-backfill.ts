import type { Backfill } from '../../schemas/http/backfills.ts'
import type { Cli } from './cli.ts'
import { path } from './http/api.ts'
import { serverSentEvents } from './http/server-sent-events.ts'
import { progressLine } from './print/progress.ts'

/** More often nobody can read it. What comes in between is in the next look; the end is never left out. */
const lookEveryMs = 250

const isOver = ({ state, progress }: Backfill): boolean => (state === 'finished' || state === 'cancelled') && progress.queued + progress.running === 0

/** Shows the progress of a backfill until its end. Follows the live stream instead of asking again and again; a stream that breaks off is opened anew. */
export const followBackfill = async (cli: Cli, dagId: string, backfillId: string): Promise<Backfill> => {
  let lookedAt = Number.NEGATIVE_INFINITY
  const look = async (): Promise<Backfill> => {
    const backfill = await cli.api.get<Backfill>(path`/api/v2/backfills/${backfillId}`)
    lookedAt = performance.now()
    cli.progress(progressLine(backfill))
    return backfill
  }
  try {
    for (;;) {
      const stop = new AbortController()
      try {
        const events = serverSentEvents(await cli.api.stream('/ui/live', { dag_id: dagId }, stop.signal))
        // Only now: an end between a look and the opening of the stream would be in neither.
        let backfill = await look()
        if (isOver(backfill)) return backfill
        for await (const { event, data } of events) {
          const matters = event === 'reset' || ((event === 'run' || event === 'backfill') && concerns(data, backfillId))
          if (!matters) continue
          // Once it is over, each run that ends may be the last one.
          const isUrgent = event !== 'run' || backfill.state === 'finished' || backfill.state === 'cancelled'
          if (!isUrgent && performance.now() - lookedAt < lookEveryMs) continue
          backfill = await look()
          if (isOver(backfill)) return backfill
        }
      } finally {
        stop.abort()
      }
    }
  } finally {
    cli.progress(null)
  }
}

const concerns = (data: string, backfillId: string): boolean => (JSON.parse(data) as { readonly backfill_id?: string | null }).backfill_id === backfillId
