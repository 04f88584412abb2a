/** schemas/http/openapi.json is what the server serves. After a change of routes or schemas: `npx vitest run --config test/vitest.config.ts --project unit test/unit/api/openapi --update`. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assetRoutes } from '../../../schemas/http/asset-routes.ts'
import { backfillRoutes } from '../../../schemas/http/backfill-routes.ts'
import { changeRoutes } from '../../../schemas/http/change-routes.ts'
import { poolRoutes } from '../../../schemas/http/pool-routes.ts'
import { restRoutes } from '../../../schemas/http/rest-routes.ts'
import { taskInstanceRoutes } from '../../../schemas/http/task-instance-routes.ts'
import { deadLetterRoutes } from '../../../schemas/http/ui-dead-letters.ts'
import { nextRunsRoutes } from '../../../schemas/http/ui-next-runs.ts'
import { uiRoutes } from '../../../schemas/http/ui-routes.ts'
import { runGroupRoutes } from '../../../schemas/http/ui-run-groups.ts'
import { versionDiffRoutes } from '../../../schemas/http/ui-version-diff.ts'
import type { App } from '../../../services/api/http/make-app.ts'
import { openOfflineApi } from '../../support/offline-api.ts'

let app: App

beforeAll(async () => {
  app = await openOfflineApi()
})
afterAll(() => app.close())

test('the committed document is the one that is served', async () => {
  const { body } = await app.inject({ url: '/openapi.json', headers: { host: 'localhost' } })
  await expect(`${JSON.stringify(JSON.parse(body), null, 2)}\n`).toMatchFileSnapshot('../../../schemas/http/openapi.json')
})

test('every route is in the document, with an operation id of its own', () => {
  const document = JSON.parse(readFileSync(new URL('../../../schemas/http/openapi.json', import.meta.url), 'utf8'))
  const operations = Object.values<Record<string, { operationId?: string }>>(document.paths).flatMap((path) =>
    Object.values(path).map((operation) => operation.operationId),
  )
  const declared = Object.values({
    ...restRoutes,
    ...assetRoutes,
    ...taskInstanceRoutes,
    ...changeRoutes,
    ...backfillRoutes,
    ...poolRoutes,
    ...uiRoutes,
    ...versionDiffRoutes,
    ...nextRunsRoutes,
    ...deadLetterRoutes,
    ...runGroupRoutes,
  }).map((route) => route.schema.operationId)
  expect(new Set(operations).size).toBe(operations.length)
  expect([...operations].sort()).toEqual([...declared].sort())
})
