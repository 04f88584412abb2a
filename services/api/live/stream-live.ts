/** `/ui/live`: one tab's stream of the hub. Ids are `<boot>-<number>`: after a restart of the API nothing can be resumed. */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { ApiDeps } from '../deps.ts'
import { openEventStream } from './event-stream.ts'
import type { Numbered } from './hub.ts'

const boot = randomUUID().slice(0, 8)

export interface LiveWish {
  /** null: all. */
  readonly dagId: string | null
  readonly lastEventId: string | null
}

export const streamLive = (
  { hub, clock, ending }: Pick<ApiDeps, 'hub' | 'clock' | 'ending'>,
  response: ServerResponse,
  { dagId, lastEventId }: LiveWish,
): void => {
  const stream = openEventStream(response, clock, ending)
  const idOf = (id: number): string => `${boot}-${id}`
  const send = ({ id, message }: Numbered): void => {
    if (dagId === null || message.dagId === null || message.dagId === dagId) stream.send(message.event, message.data, idOf(id))
  }
  const reset = (reason: string): void => stream.send('reset', { reason }, idOf(hub.newestId()))

  if (lastEventId !== null) {
    const missed = lastEventId.startsWith(`${boot}-`) ? hub.since(Number(lastEventId.slice(boot.length + 1))) : null
    if (missed === null) reset('What happened since cannot be told: fetch again what is shown.')
    else for (const numbered of missed) send(numbered)
  }
  stream.send('lag', { lag_seconds: hub.lagSeconds() }, idOf(hub.newestId()))
  stream.onClose(
    hub.listen({
      onMessage: send,
      onLag: (lagSeconds) => stream.send('lag', { lag_seconds: lagSeconds }),
      onReset: () => reset('The database was away for long: fetch again what is shown.'),
    }),
  )
}
