import type { JsonObject } from './dag.ts'
import type { TriggeringEvent } from './dataset-arrivals.ts'

/** A dataset event as the tasks of the run see it that it made. */
export interface ContextDatasetEvent {
  readonly id: string
  readonly uri: string
  readonly extra: JsonObject
  /** When it happened, by its producer (ms since the epoch). */
  readonly at: number
  readonly sourceDagId: string | null
  readonly sourceRunId: string | null
  readonly sourceTaskId: string | null
  readonly sourceMapIndex: number | null
  readonly producer: string | null
}

/** All of them travel with every attempt: beyond this they come without their extra. */
const maxExtraChars = 300_000

export const datasetEventsByUri = (events: readonly TriggeringEvent[]): { readonly [uri: string]: readonly ContextDatasetEvent[] } => {
  const byUri = new Map<string, ContextDatasetEvent[]>()
  let chars = 0
  for (const event of events) {
    chars += event.extra.length
    const extra: JsonObject =
      chars <= maxExtraChars
        ? JSON.parse(event.extra)
        : { left_out: `${event.extra.length} characters: what the events of this run carry is too much for its tasks` }
    const list = byUri.get(event.uri)
    if (list) list.push({ ...event, extra })
    else byUri.set(event.uri, [{ ...event, extra }])
  }
  return Object.fromEntries(byUri)
}
