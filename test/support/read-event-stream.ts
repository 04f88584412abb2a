/** A reader of server-sent events, as a browser's EventSource but with its events at hand. */
import { makeCollector } from './collect.ts'

export interface SeenEvent {
  readonly event: string
  readonly id: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: tests look into the JSON as they please
  readonly data: any
}

export const readEventStream = async (url: string, headers: Record<string, string> = {}) => {
  const over = new AbortController()
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: over.signal })
  if (response.status !== 200 || !response.body) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  const collector = makeCollector<SeenEvent>()
  const listeners = new Set<(event: SeenEvent) => void>()
  const read = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const piece of body) {
      const blocks = (rest + decoder.decode(piece, { stream: true })).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
        const event = fields.get('event')
        if (event === undefined) continue
        const seen = { event, id: fields.get('id'), data: JSON.parse(fields.get('data') ?? 'null') }
        for (const listener of listeners) listener(seen)
        collector.note(seen)
      }
    }
  }
  read(response.body as unknown as AsyncIterable<Uint8Array>).catch((error: unknown) => {
    if (!over.signal.aborted) throw error
  })
  return {
    seen: collector.seen,
    until: collector.until,
    onEvent: (listener: (event: SeenEvent) => void) => void listeners.add(listener),
    close: () => over.abort(),
  }
}
