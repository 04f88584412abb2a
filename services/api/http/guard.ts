/**
 * Against other web pages in the same browser (there are no accounts yet): a page of another origin may not write (CSRF), and a page whose name
 * was made to resolve to this machine may neither read nor write (DNS rebinding), for its Host is not one of ours.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { MillraceError } from '../../core/errors.ts'

export interface Guard {
  /** Throws `forbidden`. */
  check(method: string, headers: IncomingHttpHeaders): void
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** `host` is what the server listens on; when that is every address, its names are not known and only the origin of writes is checked. */
export const makeGuard = (host: string, allowedHosts: readonly string[]): Guard => {
  const names = new Set([...loopbackNames, bracketed(host), ...allowedHosts.map((name) => name.toLowerCase())])
  const isEveryAddress = (host === '0.0.0.0' || host === '::') && allowedHosts.length === 0
  return {
    check(method, headers) {
      const asked = headers.host ?? ''
      if (!isEveryAddress && !names.has(nameOf(asked)))
        throw new MillraceError(
          'forbidden',
          `Host ${JSON.stringify(asked)} is not a name of this server: use ${host}, or add the name to MILLRACE_ALLOWED_HOSTS.`,
        )
      if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
      const { origin } = headers
      if (origin !== undefined && !isSameOrigin(origin, asked)) throw new MillraceError('forbidden', `A page of ${origin} may not change anything here.`)
      const site = headers['sec-fetch-site']
      if (site === 'cross-site' || site === 'same-site') throw new MillraceError('forbidden', 'A page of another site may not change anything here.')
    },
  }
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host).toLowerCase()

const nameOf = (host: string): string => host.replace(/:\d*$/, '').toLowerCase()

const isSameOrigin = (origin: string, host: string): boolean => {
  try {
    return new URL(origin).host === host.toLowerCase()
  } catch {
    return false // `null` of a sandboxed page, or nonsense
  }
}
