import { createServer } from 'node:http'
import { MillraceError } from '../core/errors.ts'
import { userRecords } from './user-records.ts'

export interface UserApi {
  readonly url: string
  close(): Promise<void>
}

/** The HTTP API that example 02 reads: `GET /api/` answers `{ results: [...] }`, on this machine only. */
export const openUserApi = async (port: number, host = '127.0.0.1'): Promise<UserApi> => {
  const body = JSON.stringify({ results: userRecords, info: { results: userRecords.length, page: 1, version: '1.4' } })
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const status = pathname !== '/api/' && pathname !== '/api' ? 404 : isRead ? 200 : 405
    const text = status === 200 ? body : JSON.stringify({ error: status === 404 ? 'there is only GET /api/' : 'only GET' })
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) })
    response.end(request.method === 'HEAD' ? undefined : text)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new MillraceError('bad_config', `the example's HTTP API cannot listen on port ${port}: ${cause.message}`, { cause })),
    )
    server.listen({ port, host }, resolve)
  })
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
