import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { App } from '../../../services/api/http/make-app.ts'
import { openOfflineApi } from '../../support/offline-api.ts'

let app: App
let built: App
const folder = mkdtempSync(join(tmpdir(), 'millrace-ui-'))

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>app</title>')
  writeFileSync(join(folder, 'assets', 'a-123.js'), 'let a')
  ;[app, built] = await Promise.all([openOfflineApi(), openOfflineApi(folder)])
})
afterAll(async () => {
  await Promise.all([app.close(), built.close()])
  rmSync(folder, { recursive: true })
})

const host = 'localhost:8080'
const patch = (headers: Record<string, string>, payload: string) =>
  app.inject({ method: 'PATCH', url: '/api/v2/dags/a', headers: { host, ...headers }, payload })
const json = { 'content-type': 'application/json' }

test.each([
  ['a Host that is not ours', { host: 'evil.example' }, 403, 'forbidden'],
  ['a page of another origin', { ...json, origin: 'http://evil.example' }, 403, 'forbidden'],
  ['a sandboxed page', { ...json, origin: 'null' }, 403, 'forbidden'],
  ['another port of this machine', { ...json, origin: 'http://localhost:3000' }, 403, 'forbidden'],
  ['a cross-site form', { ...json, 'sec-fetch-site': 'cross-site' }, 403, 'forbidden'],
  ['text/plain', { 'content-type': 'text/plain' }, 415, 'bad_request'],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'bad_request'],
])('a write is refused: %s', async (_what, headers, status, code) => {
  const answer = await patch(headers, '{"is_paused":true}')
  expect([answer.statusCode, answer.json().code]).toEqual([status, code])
})

test('a read under a name that is not ours is refused', async () => {
  expect((await app.inject({ url: '/api/v2/dags', headers: { host: 'rebound.example' } })).statusCode).toBe(403)
})

test.each([
  ['null is not false', '{"is_paused":null}'],
  ['a text is no boolean', '{"is_paused":"true"}'],
  ['a field that is not there', '{"is_paused":true,"owner":"x"}'],
  ['__proto__', '{"is_paused":true,"__proto__":{"admin":true}}'],
  ['constructor', '{"is_paused":true,"constructor":{"prototype":{"admin":true}}}'],
  ['no JSON', '{'],
  ['nothing', ''],
])('a wrong body: %s', async (_what, body) => {
  const answer = await patch(json, body)
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ code: 'bad_request', detail: expect.stringMatching(/\.$/) })
  expect(({} as Record<string, unknown>).admin).toBeUndefined()
})

test('a body that is too large', async () => {
  expect((await patch(json, `{"is_paused":${' '.repeat(1_100_000)}true}`)).statusCode).toBe(413)
})

test.each([
  '/api/v2/dags?limit=-1',
  '/api/v2/dags?order_by=password',
  '/api/v2/dags/~/dagRuns?state=exploded',
  '/api/v2/dags/~/dagRuns?logical_date_gte=yesterday',
  '/ui/dags/a/grid?limit=100000',
])('a wrong query: %s', async (url) => {
  const answer = await app.inject({ url, headers: { host } })
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'bad_request'])
})

test('a database that is away is said so', async () => {
  const answer = await app.inject({ url: '/api/v2/dags', headers: { host } })
  expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([503, 'database_unreachable', '2'])
  const health = await app.inject({ url: '/health', headers: { host } })
  expect([health.statusCode, health.json().status, health.json().health.metadatabase.status]).toEqual([503, 'unhealthy', 'unhealthy'])
})

test('addresses of the API that are not there answer JSON, those of the app its page', async () => {
  for (const url of ['/api/v2/nothing', '/ui/nothing', '/assets/none.js']) {
    const answer = await built.inject({ url, headers: { host } })
    expect([url, answer.statusCode, answer.json().detail]).toEqual([url, 404, expect.stringContaining('/openapi.json')])
  }
  const page = await built.inject({ url: '/dags/a/grid', headers: { host, accept: 'text/html' } })
  expect([page.statusCode, page.body, page.headers['cache-control']]).toEqual([200, '<!doctype html><title>app</title>', 'no-cache'])
  expect(page.headers['content-security-policy']).toContain("default-src 'self'")
  const asset = await built.inject({ url: '/assets/a-123.js', headers: { host } })
  expect([asset.statusCode, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
  expect((await app.inject({ url: '/', headers: { host } })).body).toContain('npm run build')
})

test.each(['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json', '/assets/%00'])('no file outside of the app: %s', async (url) => {
  const answer = await built.inject({ url, headers: { host } })
  expect(answer.body).not.toContain('millrace"')
  expect([200, 400, 403, 404]).toContain(answer.statusCode)
})
