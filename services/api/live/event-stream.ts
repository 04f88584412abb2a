/** One server-sent event stream: an HTTP answer that stays open. */
import type { ServerResponse } from 'node:http'
import type { Clock } from '../../platform/clock.ts'

export interface EventStream {
  /** `id` is what a reconnect resumes from. */
  send(event: string, data: unknown, id?: string): void
  /** The other side is gone, or was too slow to be fed. */
  onClose(listener: () => void): void
  end(): void
}

/** Comments in between show that both sides are there, and keep proxies from cutting. */
const beatMs = 20_000
/** What a reader may leave unread before it is cut off (it resumes, or starts anew). */
const maxBufferedBytes = 8_000_000

export const openEventStream = (response: ServerResponse, clock: Clock, ending: AbortSignal): EventStream => {
  const listeners = new Set<() => void>()
  let open = true
  let cancelBeat = (): void => {}
  const write = (text: string): void => {
    if (!open) return
    response.write(text)
    if (response.writableLength > maxBufferedBytes) close()
  }
  const beat = (): void => {
    write(': beat\n\n')
    if (open) cancelBeat = clock.after(beatMs, beat)
  }
  const close = (): void => {
    if (!open) return
    over()
    response.destroy()
  }
  const over = (): void => {
    open = false
    cancelBeat()
    ending.removeEventListener('abort', end)
    for (const listener of listeners) listener()
  }
  const end = (): void => {
    if (!open) return
    over()
    response.end()
  }
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  })
  response.write('retry: 2000\n\n')
  response.on('close', close)
  response.on('error', close)
  cancelBeat = clock.after(beatMs, beat)
  ending.addEventListener('abort', end)
  if (ending.aborted) end()
  return {
    send: (event, data, id) => write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    onClose(listener) {
      if (open) listeners.add(listener)
      else listener()
    },
    end,
  }
}
