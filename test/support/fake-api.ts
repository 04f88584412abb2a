/** Millrace's API as far as the command line needs it: a real HTTP server on loopback that answers by a table and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  /** Path and query, as they came. */
  readonly url: string
  readonly body: unknown
}

export interface Reply {
  readonly status?: number
  readonly json?: unknown
  /** A server-sent event stream: these blocks, then its end. */
  readonly events?: readonly string[]
  /** It does not end, its connection is cut. */
  readonly cut?: boolean
  readonly text?: string
}

export interface FakeApi {
  readonly url: string
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

/** `answer` is asked for each request; undefined is a 404 as our API gives it. */
export const startFakeApi = async (answer: (asked: Asked) => Reply | undefined): Promise<FakeApi> => {
  const asked: Asked[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = ''
    for await (const chunk of request) text += chunk
    const one: Asked = { method: request.method ?? '', url: request.url ?? '', body: text === '' ? null : JSON.parse(text) }
    asked.push(one)
    const reply = answer(one) ?? { status: 404, json: { detail: `there is nothing at ${one.url}`, code: 'dag_not_found' } }
    const type = reply.events ? 'text/event-stream' : reply.text === undefined ? 'application/json' : 'text/html'
    response.writeHead(reply.status ?? 200, { 'content-type': type })
    for (const block of reply.events ?? []) response.write(block)
    if (reply.cut) {
      response.write('', () => response.destroy())
      return
    }
    response.end(reply.events ? '' : (reply.text ?? JSON.stringify(reply.json)))
  }
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())))
    },
  }
}
