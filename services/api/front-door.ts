/** The address answers from the first moment on: "starting" until the API is ready, then the API. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { MillraceError } from '../core/errors.ts'

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void

export interface FrontDoor {
  readonly host: string
  /** The port that is listened on (when 0 was asked for, the one that was free). */
  readonly port: number
  readonly url: string
  /** From now on the handler answers; null: "starting" again. */
  serve(handler: RequestHandler | null): void
  /** Cuts what is open, streams included, and gives the port back. */
  close(): Promise<void>
}

export interface FrontDoorOptions {
  readonly host: string
  readonly port: number
}

export const openFrontDoor = async ({ host, port }: FrontDoorOptions): Promise<FrontDoor> => {
  let handler: RequestHandler = answerStarting
  const server = createServer((request, response) => handler(request, response))
  server.requestTimeout = 60_000
  server.keepAliveTimeout = 30_000
  await listening(server, host, port)
  const address = server.address()
  const actual = typeof address === 'object' && address !== null ? address.port : port
  return {
    host,
    port: actual,
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${actual}`,
    serve(next) {
      handler = next ?? answerStarting
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const listening = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(whyNot(error, host, port)))
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })

const whyNot = (error: NodeJS.ErrnoException, host: string, port: number): Error => {
  if (error.code === 'EADDRINUSE')
    return new MillraceError(
      'port_taken',
      `Port ${port} on ${host} is taken by another program: stop it (\`lsof -i :${port}\` names it), or choose another port with --port or MILLRACE_PORT.`,
      { cause: error },
    )
  if (error.code === 'EACCES')
    return new MillraceError('bad_config', `This user may not listen on port ${port}: choose one above 1023 with --port or MILLRACE_PORT.`, { cause: error })
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new MillraceError('bad_config', `${host} is no address of this machine: set MILLRACE_HOST to one that is, 127.0.0.1 for instance.`, { cause: error })
  return error
}

const answerStarting: RequestHandler = (request, response) => {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'retry-after': '1', connection: 'close' }
  const send = (type: string, body: string): void => {
    response.writeHead(503, { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
  request.resume() // what it sends is of no interest
  if (path === '/health') return send('application/json; charset=utf-8', JSON.stringify({ status: 'starting' }))
  if (path.startsWith('/api/') || path.startsWith('/ui/') || path === '/openapi.json')
    return send('application/json; charset=utf-8', JSON.stringify({ detail: 'Millrace is starting. Try again in a second.', code: 'starting' }))
  send('text/html; charset=utf-8', startingPage)
}

/** Nothing from elsewhere; asks /health and loads the page again when it says ready. Without scripts it reloads by itself. */
const startingPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Millrace is starting</title>
<noscript><meta http-equiv="refresh" content="2"></noscript>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; --line: #0f766e; --back: #fafaf9; --text: #292524; --quiet: #78716c }
@media (prefers-color-scheme: dark) { :root { --line: #2dd4bf; --back: #1c1917; --text: #e7e5e4; --quiet: #a8a29e } }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; background: var(--back); color: var(--text) }
main { width: 20rem }
h1 { font-size: 1.1rem; font-weight: 600; margin: 0 0 .25rem }
p { margin: 0; color: var(--quiet) }
div { height: 2px; margin-top: 1rem; overflow: hidden; background: color-mix(in srgb, var(--line) 20%, transparent) }
div::after { content: ""; display: block; width: 30%; height: 100%; background: var(--line); animation: go 1.4s ease-in-out infinite }
@keyframes go { from { transform: translateX(-100%) } to { transform: translateX(340%) } }
@media (prefers-reduced-motion: reduce) { div::after { animation: none; width: 100% } }
</style>
</head>
<body>
<main role="status"><h1>Millrace is starting</h1><p>This page opens by itself when it is ready.</p><div></div></main>
<script>
setInterval(async () => {
  try { if ((await fetch('/health', { cache: 'no-store' })).ok) location.reload() } catch {}
}, 400)
</script>
</body>
</html>
`
