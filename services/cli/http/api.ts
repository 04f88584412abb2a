import { ensureError, MillraceError } from '../../core/errors.ts'

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** The REST API as the commands use it; every answer that is no success is thrown. */
export interface Api {
  readonly url: string
  get<T>(path: string, query?: Query): Promise<T>
  send<T>(method: 'POST' | 'PATCH' | 'PUT', path: string, body: object): Promise<T>
  remove(path: string): Promise<void>
  /** The body of a server-sent event stream, until it ends or breaks off. */
  stream(path: string, query: Query, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}

/** What the API refused: `status` and `code` are its own. */
export class ApiRefusal extends Error {
  readonly status: number
  readonly code: string
  override readonly name = 'ApiRefusal'

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const patienceMs = 30_000

export const openApi = (url: string, fetchOne: typeof fetch = fetch): Api => {
  const request = async (method: string, path: string, query: Query, init: RequestInit): Promise<Response> => {
    let response: Response
    try {
      response = await fetchOne(`${url}${path}${queryText(query)}`, { method, redirect: 'error', ...init })
    } catch (thrown) {
      throw unreachable(url, ensureError(thrown))
    }
    if (!response.ok) throw await refusal(response, `${method} ${path}`)
    return response
  }
  const json = { accept: 'application/json' }
  return {
    url,
    async get<T>(path: string, query: Query = {}) {
      return (await bodyOf(await request('GET', path, query, { headers: json, signal: AbortSignal.timeout(patienceMs) }), url)) as T
    },
    async send<T>(method: 'POST' | 'PATCH' | 'PUT', path: string, body: object) {
      const headers = { ...json, 'content-type': 'application/json' }
      return (await bodyOf(await request(method, path, {}, { headers, body: JSON.stringify(body), signal: AbortSignal.timeout(patienceMs) }), url)) as T
    },
    async remove(path) {
      await request('DELETE', path, {}, { headers: json, signal: AbortSignal.timeout(patienceMs) })
    },
    async stream(path, query, signal) {
      const response = await request('GET', path, query, { headers: { accept: 'text/event-stream' }, ...(signal ? { signal } : {}) })
      if (response.body === null) throw new MillraceError('no_answer', `${url}${path} answered without a body`)
      return untilBroken(response.body as unknown as AsyncIterable<Uint8Array>)
    },
  }
}

/** A stream that breaks off (the API was stopped) just ends: who wants more opens another one, and hears then that nobody answers. */
async function* untilBroken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch {
    // What came before it broke was handed on.
  }
}

/** A path of the API; ids may hold any character. */
export const path = (parts: TemplateStringsArray, ...ids: readonly (string | number)[]): string =>
  parts.reduce((text, part, i) => `${text}${part}${i < ids.length ? encodeURIComponent(ids[i] ?? '') : ''}`, '')

const queryText = (query: Query): string => {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const item of Array.isArray(value) ? value : [value]) params.append(name, String(item))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

const bodyOf = async (response: Response, url: string): Promise<unknown> => {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MillraceError('no_answer', `${url} answers, but not as Millrace does: check MILLRACE_URL`, { cause })
  }
}

const unreachable = (url: string, error: Error): MillraceError => {
  if (error.name === 'TimeoutError')
    return new MillraceError('no_answer', `${url} did not answer within ${patienceMs / 1000} s: see \`millrace status\``, { cause: error })
  return new MillraceError('api_unreachable', `nobody answers at ${url}: is Millrace running? \`npm start\` starts it; MILLRACE_URL names another address`, {
    cause: error,
  })
}

const refusal = async (response: Response, asked: string): Promise<ApiRefusal> => {
  const text = await response.text()
  let problem: { readonly detail?: unknown; readonly code?: unknown } = {}
  try {
    problem = JSON.parse(text) ?? {}
  } catch {
    // Not our API's words (a proxy's page): the status must do.
  }
  const detail = typeof problem.detail === 'string' ? problem.detail : `${asked} was answered with status ${response.status}`
  return new ApiRefusal(response.status, typeof problem.code === 'string' ? problem.code : 'http_error', detail)
}
