/** What the page does with what it is told, on invented rows: live changes, a lost connection, keys, the log's tail. No stack is needed. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { openBrowser } from '../../support/browser.ts'
import { type FixtureServer, startFixtureServer } from '../../support/ui-fixture-server.mjs'

let dist: string
let browser: Browser
let server: FixtureServer
let page: Page
let problems: string[]

beforeAll(async () => {
  // A folder of its own: dist/ui may be what a running stack serves at this moment.
  dist = await mkdtemp(join(tmpdir(), 'millrace-ui-'))
  await build({ root: fileURLToPath(new URL('../../../services/ui', import.meta.url)), logLevel: 'error', build: { outDir: dist } })
  browser = await openBrowser()
  server = await startFixtureServer(0, dist)
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await rm(dist, { recursive: true, force: true })
})

beforeEach(async () => {
  problems = []
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => problems.push(error.message))
})

afterEach(async () => {
  await page.close()
  expect(problems).toEqual([])
})

it('shows a run as it goes, in the list, without a reload and without polling', async () => {
  const asked: string[] = []
  await page.goto(`${server.url}/dags`)
  const row = page.getByRole('row', { name: 'user_processing', exact: true })
  await row.getByRole('switch').waitFor()
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const before = await row.getByRole('img', { name: /^Last runs of/ }).getAttribute('aria-label')
  await page.evaluate(`fetch('/api/v2/dags/user_processing/dagRuns', { method: 'POST', body: '{}' })`)
  await row.getByRole('img', { name: 'Running', exact: true }).waitFor()
  await row.getByRole('img', { name: 'Success', exact: true }).waitFor()
  expect(await row.getByRole('img', { name: /^Last runs of/ }).getAttribute('aria-label')).not.toBe(before)
  expect(asked.filter((path) => path.startsWith('/ui/dags'))).toEqual([])
})

it('says when the connection is lost, and comes back', async () => {
  await page.goto(`${server.url}/dags`)
  const live = page.getByRole('status').filter({ hasText: /Live|lost/ })
  await live.getByText('Live').waitFor()
  server.drop()
  await live.getByText(/Connection lost/).waitFor()
  await live.getByText('Live').waitFor()
})

it('keeps filters in the address, and back works', async () => {
  await page.goto(`${server.url}/dags?tag=example`)
  await page.getByText('3 DAGs').waitFor()
  await page.getByRole('combobox', { name: 'State of the last run' }).selectOption('running')
  await page.getByText('1 DAG', { exact: true }).waitFor()
  expect(page.url()).toContain('state=running')
  await page.getByRole('row', { name: 'parallel_dag' }).getByRole('link', { name: 'parallel_dag', exact: true }).click()
  await page.getByRole('heading', { name: 'parallel_dag' }).waitFor()
  await page.goBack()
  await page.getByText('1 DAG', { exact: true }).waitFor()
})

it('goes anywhere and acts by keys alone', async () => {
  await page.goto(`${server.url}/runs`)
  await page.getByRole('table', { name: 'Runs' }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'States' }).getByText('Up for retry').waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('hourly')
  await page.getByRole('option', { name: /^hourly_etl/ }).waitFor()
  await page.keyboard.press('Enter')
  const grid = page.getByRole('grid', { name: 'Runs and tasks' })
  await grid.focus()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('region', { name: 'Task' }).getByRole('heading', { name: 'extract' }).waitFor()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowDown')
  await page.getByRole('region', { name: 'Task' }).getByRole('heading', { name: 'transform' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('region', { name: 'Run' }).waitFor()
  expect(page.url()).not.toContain('task=')
})

it('draws a range with shift, by keys or by a click, and marks and clears it in one go', async () => {
  await page.goto(`${server.url}/dags/print_date`)
  const grid = page.getByRole('grid', { name: 'Runs and tasks' })
  const selected = grid.locator('[role=gridcell][aria-selected=true]')
  await grid.focus()
  for (const key of ['ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowLeft', 'Shift+ArrowLeft']) await page.keyboard.press(key)
  const range = page.getByRole('region', { name: 'Selected tasks' })
  await range.getByRole('heading', { name: '6 task instances in 3 runs' }).waitFor()
  expect(await selected.count()).toBe(6)
  await page.keyboard.press('Escape')
  await page.getByRole('region', { name: 'Task' }).waitFor()
  expect(await selected.count()).toBe(1)

  const cells = grid.getByRole('row').nth(2).getByRole('gridcell')
  await cells.last().click()
  await cells.nth(-3).click({ modifiers: ['Shift'] })
  await range.getByRole('heading', { name: '3 task instances in 3 runs' }).waitFor()
  await range.getByRole('button', { name: 'Mark' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'Skipped' }).check()
  await dialog.getByRole('status').getByText('3 task instances in 3 runs').waitFor()
  await dialog.getByRole('button', { name: 'Mark as skipped' }).click()
  await range.getByText('3 Skipped').waitFor()
  // The address has the range: it is there again after a reload.
  await page.reload()
  await range.getByText('3 Skipped').waitFor()
  await page.keyboard.press('c')
  await dialog.getByRole('heading', { name: 'Clear 3 task instances in 3 runs' }).waitFor()
})

it('keeps what was typed and says what is wrong with a conf that is no JSON', async () => {
  await page.goto(`${server.url}/dags/print_date`)
  await page.getByRole('button', { name: 'Trigger' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Configuration (JSON object)' }).fill('{"day": }')
  await dialog
    .getByRole('alert')
    .getByText(/not JSON/)
    .waitFor()
  expect(await dialog.getByRole('button', { name: 'Trigger', exact: true }).isDisabled()).toBe(true)
  await dialog.getByRole('textbox', { name: 'Configuration (JSON object)' }).fill('{"day": 1}')
  await dialog.getByText(`millrace dags trigger print_date --conf '{"day":1}'`).waitFor()
})

it('follows the end of a log, and stays where the reader scrolled', async () => {
  await page.goto(`${server.url}/dags/parallel_dag`)
  await page.getByRole('region', { name: 'Run' }).getByRole('link', { name: 'load_b: Running' }).click()
  const log = page.getByRole('log')
  await page.getByText(/^2\d\d lines$/).waitFor()
  const fromEnd = () => log.evaluate('(e => e.scrollHeight - e.scrollTop - e.clientHeight)(document.querySelector("[role=log]"))')
  await expect.poll(fromEnd).toBeLessThan(30)
  await log.hover()
  await page.mouse.wheel(0, -2000)
  await page.getByRole('button', { name: /new line|Follow the end/ }).waitFor()
  const top = () => log.evaluate('document.querySelector("[role=log]").scrollTop')
  await page.getByRole('button', { name: /\d new lines/ }).waitFor()
  const kept = await top()
  await page.getByRole('button', { name: /1\d new lines/ }).waitFor()
  expect(await top()).toBe(kept)
  await page.getByRole('button', { name: /new lines/ }).click()
  await expect.poll(fromEnd).toBeLessThan(30)
  await page.getByRole('searchbox', { name: 'Search the log' }).fill('ECONNRESET')
  await page
    .getByRole('status')
    .getByText(/^1 of \d+$/)
    .waitFor()
  await page.getByRole('button', { name: 'Next match' }).click()
  await page
    .getByRole('status')
    .getByText(/^2 of \d+$/)
    .waitFor()
})
