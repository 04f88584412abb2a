import type { Json } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Connection } from '../connections.ts'

export interface HttpResponse {
  readonly status: number
  readonly statusText: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body as JSON; throws when it is none. */
  json<T = unknown>(): T
}

export interface HttpRequest {
  /** Null: `endpoint` is a whole URL. */
  readonly connection: Connection | null
  readonly endpoint: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  /** Query of GET and HEAD, else the body. */
  readonly data: Json | undefined
  readonly signal: AbortSignal
}

const maxBodyBytes = 64_000_000

export const isWholeUrl = (endpoint: string): boolean => /^https?:\/\//i.test(endpoint)

/** Makes the request. Rejects when the server does not answer (`HttpUnreachable`) or the body is over 64 MB; a bad status is a response like others. */
export const request = async (asked: HttpRequest): Promise<HttpResponse> => {
  const hasQuery = asked.method === 'GET' || asked.method === 'HEAD'
  const url = urlOf(asked.connection, asked.endpoint)
  if (hasQuery && asked.data !== undefined && asked.data !== null) addQuery(url, asked.data)
  const headers = new Headers({ ...connectionHeaders(asked.connection), ...asked.headers })
  let body: string | null = null
  if (!hasQuery && asked.data !== undefined && asked.data !== null) {
    body = typeof asked.data === 'string' ? asked.data : JSON.stringify(asked.data)
    if (!headers.has('content-type') && typeof asked.data !== 'string') headers.set('content-type', 'application/json')
  }
  let response: Response
  try {
    response = await fetch(url, { method: asked.method, headers, body, signal: asked.signal })
  } catch (cause) {
    asked.signal.throwIfAborted()
    throw new HttpUnreachable(`${asked.method} ${shownUrl(url)}: no answer: ${reasonOf(cause)}`, cause)
  }
  const text = await limitedText(response, shownUrl(url))
  return {
    status: response.status,
    statusText: response.statusText,
    headers: Object.fromEntries(response.headers),
    text,
    json: <T>(): T => {
      try {
        return JSON.parse(text) as T
      } catch (cause) {
        throw new Error(`${asked.method} ${shownUrl(url)} answered no JSON: it begins with ${JSON.stringify(text.slice(0, 60))}`, { cause })
      }
    },
  }
}

/** The server could not be reached or broke off. */
export class HttpUnreachable extends Error {
  override readonly name = 'HttpUnreachable'

  constructor(message: string, cause: unknown) {
    super(message, { cause })
  }
}

export const responseProblem = (asked: Pick<HttpRequest, 'method' | 'endpoint'>, response: HttpResponse): string | null =>
  response.status < 400
    ? null
    : `${asked.method} ${asked.endpoint}: the server answered ${response.status} ${response.statusText}: ${response.text.slice(0, 500)}`

/** Address of the connection and the path on it: `host` may be a URL of its own, `schema` is the protocol. */
const urlOf = (connection: Connection | null, endpoint: string): URL => {
  if (isWholeUrl(endpoint)) return new URL(endpoint)
  if (connection === null || connection.host === null)
    throw new MillraceError(
      'bad_option',
      `the request has no address: give the connection a host, or write a whole URL as endpoint (it is ${JSON.stringify(endpoint)})`,
    )
  const protocol = connection.type === 'https' ? 'https' : (connection.schema ?? 'http')
  const host = connection.host.includes('://') ? connection.host : `${protocol}://${connection.host.includes(':') ? `[${connection.host}]` : connection.host}`
  const base = `${host.replace(/\/+$/, '')}${connection.port === null ? '' : `:${connection.port}`}`
  if (!URL.canParse(base))
    throw new MillraceError(
      'bad_option',
      `connection '${connection.connectionId}': '${base}' is no address; for http the schema is the protocol, http or https`,
    )
  return new URL(`${base}/${endpoint.replace(/^\/+/, '')}`)
}

const addQuery = (url: URL, data: Json): void => {
  if (typeof data === 'string') {
    for (const [name, value] of new URLSearchParams(data)) url.searchParams.append(name, value)
    return
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new MillraceError('bad_option', 'the query of a GET request must be an object or text such as a=1&b=2')
  for (const [name, value] of Object.entries(data))
    for (const item of [value].flat()) url.searchParams.append(name, typeof item === 'string' ? item : JSON.stringify(item))
}

const connectionHeaders = (connection: Connection | null): Record<string, string> => {
  if (connection === null) return {}
  const headers = Object.fromEntries(Object.entries(connection.extra).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  if (connection.login !== null) headers.authorization = `Basic ${Buffer.from(`${connection.login}:${connection.password ?? ''}`).toString('base64')}`
  return headers
}

/** Without what may be secret. */
const shownUrl = (url: URL): string => `${url.origin}${url.pathname}`

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.message || ((cause as NodeJS.ErrnoException).code ?? cause.name) : String(cause)
}

const limitedText = async (response: Response, url: string): Promise<string> => {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let bytes = 0
  let text = ''
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > maxBodyBytes)
      throw new MillraceError('too_big', `${url} answered more than ${maxBodyBytes / 1e6} MB: fetch it in a function task and write it to a file`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
