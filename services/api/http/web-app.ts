/** The built web app: files of dist/ui, and its page for every address that is no file and no API. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Problem } from '../../../schemas/http/common.ts'
import type { App } from './make-app.ts'

/** Styles in attributes are how the graph places its nodes; code comes from here only. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const apiPrefixes = ['/api/', '/ui/', '/health', '/openapi.json']

export const serveWebApp = async (app: App, folder: string): Promise<void> => {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'same-origin').header('x-frame-options', 'DENY')
  })
  const isBuilt = existsSync(join(folder, 'index.html'))
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      index: false,
      // Names of built files carry a hash of their content; the page itself names them.
      setHeaders: (reply, path) => {
        reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
        reply.header('content-security-policy', contentSecurityPolicy)
      },
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') && !apiPrefixes.some((prefix) => path.startsWith(prefix)) && !path.startsWith('/assets/')
    if (!isPage) return notFound(request, reply)
    if (isBuilt) return reply.sendFile('index.html')
    return reply.code(503).type('text/html; charset=utf-8').header('content-security-policy', contentSecurityPolicy).send(notBuiltPage)
  })
}

const notFound = (request: FastifyRequest, reply: FastifyReply) =>
  reply.code(404).send({
    detail: `There is no ${request.method} ${request.url.split('?', 1)[0]}. /openapi.json lists what there is.`,
    code: 'bad_request',
  } satisfies Problem)

const notBuiltPage =
  '<!doctype html><html lang="en"><title>Millrace</title><body><p>The web app is not built yet: run <code>npm run build</code>, then load this page again. The REST API is at /api/v2.</p></body></html>\n'

/** dist/ui of this repository, from source and from dist/ alike. */
export const builtWebApp = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let up = 0; up < 6; up++) {
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'dist', 'ui')
    folder = dirname(folder)
  }
  return join(process.cwd(), 'dist', 'ui')
}
