import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../core/errors.ts'

/** An answer of our REST API; `body` is what its JSON says. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Asks the API at `url`; undefined while nobody answers there. */
export const ask = async (url: string, path: string, method = 'GET', body?: object): Promise<Answer | undefined> => {
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: body ? { 'content-type': 'application/json', accept: 'application/json' } : { accept: 'application/json' },
      signal: AbortSignal.timeout(15_000),
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    return { status: response.status, body: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text }
  } catch {
    return undefined // not up, or going down: whoever waits asks again, with a deadline of its own
  }
}

/** Asks again until `pick` finds what it looks for; a deadline is an error that says what was waited for. */
export const until = async <T>(what: string, timeoutMs: number, signal: AbortSignal, pick: () => Promise<T | undefined>): Promise<T> => {
  const deadline = performance.now() + timeoutMs
  for (let waitMs = 20; ; waitMs = Math.min(waitMs * 1.3, 250)) {
    signal.throwIfAborted()
    const found = await pick()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new MillraceError('no_answer', `${what}: not within ${Math.round(timeoutMs / 1000)} s`)
    await delay(waitMs, undefined, { signal })
  }
}
