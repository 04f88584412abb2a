/** One event of a stream (text/event-stream). */
export interface ServerSentEvent {
  readonly event: string
  readonly data: string
  readonly id: string | null
}

/** Takes a stream apart; comments (keep-alive lines) are dropped, an event that was cut off at the end, too. */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true })
    const blocks = rest.split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = eventOf(block)
      if (event) yield event
    }
  }
}

const eventOf = (block: string): ServerSentEvent | null => {
  let event = 'message'
  let id: string | null = null
  const data: string[] = []
  for (const line of block.split(/\r?\n/)) {
    const [, field, value = ''] = /^(\w+)(?:: ?(.*))?$/.exec(line) ?? []
    if (field === 'event') event = value
    else if (field === 'id') id = value
    else if (field === 'data') data.push(value)
  }
  return data.length === 0 ? null : { event, data: data.join('\n'), id }
}
