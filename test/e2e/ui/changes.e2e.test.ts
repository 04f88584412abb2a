/** Clear, mark, why, backfills and datasets on the page of a whole Millrace. */
import { fileURLToPath } from 'node:url'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { openBrowser } from '../../support/browser.ts'
import { type E2eMillrace, startE2eMillrace } from '../../support/e2e-millrace.ts'
import { until } from '../../support/until.ts'

let millrace: E2eMillrace
let browser: Browser
let page: Page
let problems: string[]

const call = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
  const response = await fetch(`${millrace.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  return (await response.json()) as Record<string, unknown>
}

const trigger = (dagId: string, runId: string): Promise<Record<string, unknown>> => call('POST', `/api/v2/dags/${dagId}/dagRuns`, { dag_run_id: runId })

const stateOfRun = async (dagId: string, runId: string): Promise<unknown> => (await call('GET', `/api/v2/dags/${dagId}/dagRuns/${runId}`)).state

const cell = (task: string, run: string, state: string): Locator => page.getByRole('gridcell', { name: `${task}, ${run}: ${state}`, exact: true })

beforeAll(async () => {
  millrace = await startE2eMillrace(['--dags', fileURLToPath(new URL('dags', import.meta.url))])
  browser = await openBrowser()
  await until('the parser publishes the DAGs', async () => (await call('GET', '/api/v2/dags')).total_entries === 5, 60_000)
})

afterAll(async () => {
  await browser?.close()
  await millrace?.stop()
})

beforeEach(async () => {
  problems = []
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  page.setDefaultTimeout(20_000)
  page.on('pageerror', (error) => problems.push(error.message))
})

afterEach(async () => {
  await page.close()
  expect(problems).toEqual([])
})

it('clears a failed task and what is below it, from the grid, after showing what that touches', async () => {
  await trigger('page_fails', 'r1')
  await page.goto(`${millrace.url}/dags/page_fails?run=r1`)
  await cell('below', 'r1', 'Upstream failed').waitFor()
  await cell('breaks', 'r1', 'Failed').click()
  await page.getByRole('region', { name: 'Task' }).getByRole('button', { name: 'Clear', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Clear breaks' })
  await dialog.getByText('This touches 2 task instances').waitFor()
  expect(await dialog.getByRole('listitem').allTextContents()).toEqual([expect.stringContaining('breaks'), expect.stringContaining('below')])
  await dialog.getByRole('checkbox', { name: 'Upstream' }).check()
  await dialog.getByText('This touches 3 task instances').waitFor()
  await dialog.getByRole('checkbox', { name: 'Failed ones' }).check()
  await dialog.getByText('This touches 2 task instances').waitFor()
  await dialog.getByText('millrace tasks clear page_fails breaks --run r1 --upstream --downstream --only-failed').waitFor()
  expect(await stateOfRun('page_fails', 'r1')).toBe('failed')
  await dialog.getByRole('button', { name: 'Clear 2 task instances' }).click()
  await page.getByText('2 task instances cleared').waitFor()
  await page.getByRole('tab', { name: 'Try 2: Failed' }).waitFor()
  await cell('below', 'r1', 'Upstream failed').waitFor()
})

it('marks it a success by keys, and the run goes on below', async () => {
  await page.goto(`${millrace.url}/dags/page_fails?run=r1&task=breaks`)
  await page.getByRole('region', { name: 'Task' }).getByRole('status').getByText('Failed').waitFor()
  await page.keyboard.press('m')
  const dialog = page.getByRole('dialog', { name: 'Mark breaks' })
  await dialog.getByText('This touches 1 task instance', { exact: true }).waitFor()
  await dialog.getByRole('radio', { name: 'Success' }).press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  await cell('breaks', 'r1', 'Success').waitFor()
  await cell('below', 'r1', 'Success').waitFor()
  await until('the run is a success', async () => (await stateOfRun('page_fails', 'r1')) === 'success')
})

it('clears and marks a whole run on its own page', async () => {
  await page.goto(`${millrace.url}/dags/page_fails/runs/r1`)
  await page.getByRole('button', { name: 'Mark', exact: true }).click()
  const mark = page.getByRole('dialog', { name: 'Mark run r1' })
  await mark.getByRole('radio', { name: 'Failed' }).check()
  await mark.getByText('This touches nothing').waitFor()
  await mark.getByRole('button', { name: 'Mark as failed' }).click()
  await until('the run is failed', async () => (await stateOfRun('page_fails', 'r1')) === 'failed')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  const clear = page.getByRole('dialog', { name: 'Clear run r1' })
  await clear.getByText('This touches 3 task instances').waitFor()
  await clear.getByRole('radio', { name: /^The newest/ }).check()
  await clear.getByRole('button', { name: 'Clear 3 task instances' }).click()
  await page.getByRole('link', { name: /^breaks: Failed/ }).waitFor()
  await page.getByRole('link', { name: /^below: Upstream failed/ }).waitFor()
})

it('says why a task waits, in the grid and on its page, and changes it live', async () => {
  await trigger('page_waits', 'w1')
  await page.goto(`${millrace.url}/dags/page_waits?run=w1`)
  await cell('stuck', 'w1', 'Queued').hover()
  await page
    .getByRole('tooltip')
    .getByText(/No live worker serves queue nobody/)
    .waitFor()
  await cell('after', 'w1', 'No state').click()
  const why = page.getByRole('region', { name: 'Why it waits' })
  await why.getByText(/0 of 1 upstream/).waitFor()
  await why.getByRole('link', { name: /stuck/ }).click()
  await page.waitForURL(/tasks\/stuck/)
  await why.getByText(/No live worker serves queue nobody/).waitFor()
  await page.goto(`${millrace.url}/dags/page_waits/runs/w1/tasks/after`)
  await why.getByText(/0 of 1 upstream/).waitFor()
  await call('PATCH', '/api/v2/dags/page_waits', { is_paused: true })
  await why.getByText(/DAG page_waits is paused/).waitFor()
  await call('PATCH', '/api/v2/dags/page_waits/dagRuns/w1/taskInstances/stuck', { new_state: 'success' })
  await why.getByText(/upstream/).waitFor({ state: 'hidden' })
  await call('PATCH', '/api/v2/dags/page_waits', { is_paused: false })
  await why.waitFor({ state: 'hidden' })
  await page.getByRole('status').getByText('Success').waitFor()
})

it('starts a backfill after a look at its dates, pauses, resumes and cancels it, and shows how far it is', async () => {
  await page.goto(`${millrace.url}/dags/page_dates/backfills`)
  await page.getByText('No backfills yet').waitFor()
  await page.getByRole('button', { name: 'Backfill', exact: true }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Backfill page_dates' })
  await dialog.getByLabel('From').fill('2026-01-01T00:00')
  await dialog.getByLabel('To', { exact: true }).fill('2026-01-12T00:00')
  await dialog.getByText('12 dates to run').waitFor()
  await dialog.getByRole('spinbutton', { name: 'At once' }).fill('2')
  await dialog.getByRole('checkbox', { name: 'Newest date first' }).check()
  await dialog.getByText('2026-01-12 00:00').waitFor()
  await dialog.getByRole('button', { name: 'Backfill 12 dates' }).click()
  const table = page.getByRole('table', { name: 'Backfills' })
  await table.getByRole('progressbar').waitFor()
  await table.getByRole('button', { name: /^Pause it/ }).click()
  await table.getByText('Paused').waitFor()
  await table.getByRole('button', { name: 'Resume it' }).click()
  await table.getByText('12 of 12').waitFor({ timeout: 60_000 })
  await table.getByText('Finished').waitFor()
  expect(await table.getByRole('progressbar').getAttribute('aria-label')).toBe('12 success')

  // Of what is there nothing is run again, so the second one covers the days that are left.
  await page.getByRole('button', { name: 'Backfill', exact: true }).first().click()
  await dialog.getByLabel('From').fill('2026-01-10T00:00')
  await dialog.getByLabel('To', { exact: true }).fill('2026-01-31T00:00')
  await dialog.getByText('19 dates to run').waitFor()
  await call('PATCH', '/api/v2/dags/page_dates', { is_paused: true })
  await dialog.getByRole('checkbox', { name: /^This DAG is paused/ }).uncheck()
  await dialog.getByRole('button', { name: 'Backfill 19 dates' }).click()
  await table.getByText(/^\d+ of 22$/).waitFor()
  await table.getByRole('button', { name: 'Cancel it' }).click()
  await page.getByRole('dialog', { name: 'Cancel this backfill?' }).getByRole('button', { name: 'Cancel the backfill' }).click()
  await table.getByText('Cancelled').waitFor()
})

it('shows the versions of a DAG, and that a run is pinned to one', async () => {
  await page.goto(`${millrace.url}/dags/page_fails/runs/r1`)
  await page.getByRole('link', { name: '1', exact: true }).click()
  await page.waitForURL(/\/versions\?to=1/)
  await page.getByRole('heading', { name: 'Version 1' }).waitFor()
  await page.getByText('This is the first version').waitFor()
})

it('shows what waits for a dataset DAG, makes an event by hand, and which run made and took each', async () => {
  await page.goto(`${millrace.url}/dags/page_takes/datasets`)
  await page.getByText('needs all').waitFor()
  await trigger('page_makes', 'm1')
  await page.getByText('1 wait', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'file:///page/foreign' }).click()
  await page.getByText('No task names it in its outlets').waitFor()
  await page.getByRole('button', { name: 'Create event' }).click()
  const dialog = page.getByRole('dialog', { name: 'Create an event' })
  await dialog.getByRole('textbox', { name: 'Extra (JSON object)' }).fill('{"rows": 7}')
  await dialog.getByRole('button', { name: 'Create event' }).click()
  const events = page.getByRole('region', { name: 'Events' })
  const took = events.getByRole('link', { name: /page_takes/ })
  await took.waitFor()
  await took.click()
  await page.getByRole('region', { name: 'Made by these events' }).getByRole('link', { name: 'file:///page/made' }).click()
  await events.getByRole('link', { name: 'page_makes · make' }).waitFor()
  await page.goto(`${millrace.url}/datasets?view=graph`)
  await page.getByRole('button', { name: /page_makes/ }).waitFor()
  await page.getByRole('button', { name: /page_takes/ }).waitFor()
})
