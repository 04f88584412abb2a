import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DagRun } from '../../../schemas/http/dag-runs.ts'
import { isAlive } from '../../../services/dev/process-identity.ts'
import { anyFreePort } from '../../../services/dev/stack/ports.ts'
import { devCommand, withoutServers } from '../../support/millrace.ts'

const env = withoutServers()
let dataDir: string
let port: number

const start = (...args: string[]) => devCommand(['start', '--detach', '--data-dir', dataDir, ...args], env)
const down = () => devCommand(['down', '--data-dir', dataDir], env)

interface Status {
  readonly running: boolean
  readonly stage: string | null
  readonly url: string | null
  readonly pid: number | null
  readonly processes: readonly { readonly name: string; readonly pid: number }[]
  readonly servers: Readonly<Record<string, string>>
}

const status = async (): Promise<Status & { readonly code: number }> => {
  const { code, out } = await devCommand(['status', '--json', '--data-dir', dataDir], env)
  return { ...(JSON.parse(out) as Status), code }
}

const get = async <T>(path: string): Promise<T> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  expect(response.status, path).toBe(200)
  return (await response.json()) as T
}

const runsOfExample = async () => (await get<{ dag_runs: readonly DagRun[] }>('/api/v2/dags/print_date/dagRuns')).dag_runs

const lived = async (): Promise<readonly { pid: number; started: string; name: string }[]> =>
  JSON.parse(await readFile(join(dataDir, 'run.json'), 'utf8')).processes

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'millrace-start-'))
  port = await anyFreePort()
})
afterAll(async () => {
  await down()
  await rm(dataDir, { recursive: true, force: true })
})

describe.sequential('npm start', () => {
  it('brings everything up in a new directory and runs the first example', async () => {
    const { code, out, err } = await start('--port', String(port))
    expect(err).toBe('')
    expect(code).toBe(0)
    for (const words of ['Postgres is up', 'Kafka is up', 'schema registry is up', `: http://127.0.0.1:${port}`, 'running in the background'])
      expect(out).toContain(words)
    const page = await fetch(`http://127.0.0.1:${port}/`)
    expect(page.status).toBe(200)
    await expect.poll(async () => (await runsOfExample().catch(() => []))[0]?.state, { timeout: 90_000, interval: 200 }).toBe('success')
    await expect
      .poll(() => readFile(join(dataDir, 'log', 'millrace.log'), 'utf8'), { timeout: 10_000, interval: 100 })
      .toMatch(/success print_date .* in .* s: http:/)
  })

  it('says what runs', async () => {
    const now = await status()
    expect(now).toMatchObject({ code: 0, running: true, stage: 'ready', url: `http://127.0.0.1:${port}` })
    expect(now.processes.map(({ name }) => name).sort()).toEqual(['Kafka', 'Postgres', 'schema registry', 'services', 'triggerer', 'worker'])
    expect(now.servers['DATABASE_URL']).toMatch(/^postgres:\/\/millrace:\*\*\*@127\.0\.0\.1:/)
  })

  it('notices that it runs already, and does not reset what runs', async () => {
    const again = await start()
    expect(again.code).toBe(0)
    expect(again.out).toMatch(new RegExp(`already running on .* \\(pid \\d+, ready\\): http://127.0.0.1:${port}`))
    const reset = await start('--reset')
    expect(reset.code).toBe(1)
    expect(reset.err).toMatch(/end it with "millrace down" before --reset/)
  })

  it('starts what was killed again', async () => {
    const before = (await status()).processes
    for (const name of ['worker', 'triggerer', 'Kafka']) process.kill(before.find((found) => found.name === name)?.pid as number, 'SIGKILL')
    await expect
      .poll(
        async () => (await status()).processes.filter(({ name, pid }) => !before.some((old) => old.name === name && old.pid === pid)).map(({ name }) => name),
        { timeout: 60_000, interval: 200 },
      )
      .toEqual(expect.arrayContaining(['Kafka', 'triggerer', 'worker']))
    await expect
      .poll(async () => (await get<{ workers: { alive: number } }>('/api/v2/monitor/health')).workers.alive, { timeout: 60_000, interval: 200 })
      .toBeGreaterThan(0)
  })

  it('ends in order and leaves nothing behind', async () => {
    const processes = await lived()
    const { code, out } = await down()
    expect(code).toBe(0)
    expect(out).toContain('stopped (data are kept in')
    expect(processes.filter(isAlive)).toEqual([])
    expect(await status()).toMatchObject({ code: 3, running: false, processes: [] })
    expect((await down()).out).toContain('nothing runs on')
  })

  it('names who holds a taken port', async () => {
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(port, '127.0.0.1', resolve))
    const { code, err } = await start()
    await new Promise((resolve) => blocker.close(resolve))
    expect(code).toBe(1)
    expect(err).toMatch(new RegExp(`^millrace: port ${port} is taken by .+ \\(pid ${process.pid}\\): end that, or choose another with --port ${port + 1}\n$`))
  })

  it('keeps data and ports, and does not run the example again', async () => {
    const { code, out } = await start()
    expect(code).toBe(0)
    expect(out).toContain(`: http://127.0.0.1:${port}`)
    const runs = await runsOfExample()
    expect(runs.map(({ state, run_type }) => [state, run_type])).toContainEqual(['success', 'manual'])
    expect(runs.filter(({ run_type }) => run_type === 'manual')).toHaveLength(1)
  })

  it('ends what a killed supervisor has left, at the latest with the next start', async () => {
    const processes = await lived()
    process.kill((await status()).pid as number, 'SIGKILL')
    expect((await status()).running).toBe(false)
    const { code, out, err } = await start('--no-example')
    expect(code, `${out}${err}`).toBe(0)
    expect(processes.filter(isAlive)).toEqual([])
    expect(await status()).toMatchObject({ running: true, stage: 'ready' })
  })
})

describe('options that cannot be', () => {
  it('are refused in one line', async () => {
    const { code, err } = await devCommand(['start', '--port', '99999', '--data-dir', dataDir], env)
    expect(code).toBe(1)
    expect(err).toBe('millrace: --port is "99999": give a port from 1 to 65535\n')
  })
})
