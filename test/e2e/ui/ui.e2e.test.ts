/** The page of a running stack (`npm start`): MILLRACE_E2E_URL, or `millraceUrl` provided by the global setup, names it. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { openBrowser } from '../../support/browser.ts'

const provided = (inject as (key: string) => unknown)('millraceUrl')
const url = process.env['MILLRACE_E2E_URL'] ?? (typeof provided === 'string' ? provided : undefined)
const dagId = 'user_processing'
const runMs = 120_000

let browser: Browser
let page: Page
const problems: string[] = []

beforeAll(async () => {
  if (!url) throw new Error('No stack to look at: set MILLRACE_E2E_URL to the address that `npm start` prints, or provide `millraceUrl` from the global setup.')
  browser = await openBrowser()
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  page.setDefaultTimeout(20_000)
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
})

afterAll(() => browser?.close())

it('triggers user_processing on the page and sees it turn green without reloading', async () => {
  await page.goto(`${url}/dags`)
  const row = page.getByRole('row', { name: dagId, exact: true })
  await row.waitFor()

  const unpause = row.getByRole('switch', { name: `Unpause ${dagId}` })
  if (await unpause.isVisible()) await unpause.click()
  await row.getByRole('switch', { name: `Pause ${dagId}`, exact: true, checked: true }).waitFor()

  // A mark that any reload would wipe out.
  await page.evaluate('window.notReloaded = true')
  await row.getByRole('button', { name: `Trigger ${dagId}` }).click()
  const dialog = page.getByRole('dialog', { name: `Trigger ${dagId}` })
  await dialog.getByRole('button', { name: 'Trigger', exact: true }).click()

  await page.waitForURL(new RegExp(`/dags/${dagId}\\?.*run=manual__`))
  const state = page.getByRole('region', { name: 'Run' }).getByRole('status')
  await state.getByText(/Success|Failed/).waitFor({ timeout: runMs })
  expect(await state.textContent()).toBe('Success')
  for (const task of ['create_table', 'is_api_available', 'extract_user', 'process_user', 'store_user']) {
    await page
      .getByRole('gridcell', { name: new RegExp(`^${task}, manual__.*: Success$`), selected: false })
      .last()
      .waitFor()
  }
  expect(await page.evaluate('window.notReloaded')).toBe(true)
})

it('shows the log of extract_user', async () => {
  await page
    .getByRole('region', { name: 'Run' })
    .getByRole('link', { name: /^extract_user: Success/ })
    .click()
  await page.waitForURL(/\/tasks\/extract_user/)
  await page.getByRole('tab', { name: 'Try 1: Success' }).waitFor()
  const log = page.getByRole('log', { name: 'Log lines' })
  await log.getByText(/\S/).first().waitFor()
  await page.getByText('End of the log').waitFor()
  expect((await log.textContent())?.length).toBeGreaterThan(20)
})

it('draws the graph of the run with its states', async () => {
  await page.goBack()
  await page.getByRole('navigation', { name: 'Views of the DAG' }).getByRole('link', { name: 'Graph' }).click()
  const graph = page.getByRole('region', { name: 'Graph of the tasks' })
  await graph.getByRole('button', { name: 'extract_user: Success' }).waitFor()
  await graph.getByRole('button', { name: 'store_user: Success' }).waitFor()
})

it('had no error in the browser meanwhile', () => {
  expect(problems).toEqual([])
})
