/** The examples under a whole Millrace: they end in success, leave what they should, and their logs can be read by REST, CLI and file. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { userRecords } from '../../../services/dev/user-records.ts'
import { type ApiClient, apiClient } from '../../support/api-client.ts'
import { millraceCli } from '../../support/cli.ts'
import { type E2eMillrace, startE2eMillrace } from '../../support/e2e-millrace.ts'
import { until } from '../../support/until.ts'

let millrace: E2eMillrace
let api: ApiClient
beforeAll(async () => {
  millrace = await startE2eMillrace()
  api = apiClient(millrace.url)
  await until('all examples are published', async () => (await api.get<{ total_entries: number }>('/api/v2/dags')).total_entries === 16, 60_000)
})
afterAll(() => millrace?.stop())

const query = async <T extends pg.QueryResultRow>(sql: string): Promise<readonly T[]> => {
  const client = new pg.Client({ connectionString: millrace.warehouseUrl })
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

const runOf = async (dagId: string) => {
  await api.unpause(dagId)
  const runId = await api.trigger(dagId)
  const run = await api.ended(dagId, runId)
  const tasks = await api.tasks(dagId, runId)
  expect({ state: run.state, tasks: Object.fromEntries(tasks.map((task) => [task.task_id, task.state])) }).toEqual({
    state: 'success',
    tasks: Object.fromEntries(tasks.map((task) => [task.task_id, 'success'])),
  })
  return { runId, run, tasks }
}

describe('the examples', () => {
  test('01 print_date: its log by REST, by CLI and as a file', async () => {
    const { runId, run } = await runOf('print_date')
    expect(await api.log('print_date', runId, 'print_date')).toMatch(/this run is for \d{4}-\d\d-\d\d/)
    const cli = await millraceCli(['tasks', 'logs', 'print_date', runId, 'print_date'], { MILLRACE_URL: millrace.url })
    expect(cli.out).toMatch(/this run is for/)
    const folder = join(millrace.dataDir, 'logs', 'print_date', 'print_date')
    const dates = await readdir(folder)
    const logged = await Promise.all(dates.map((date) => readFile(join(folder, date, '1.log'), 'utf8')))
    expect(logged.some((text) => text.includes(`this run is for ${run.logical_date?.slice(0, 10)}`))).toBe(true)
  })

  test('02 user_processing: every user record is a row, once, also after a second run', async () => {
    for (let i = 0; i < 2; i++) await runOf('user_processing')
    const [count] = await query<{ rows: string; users: string }>('select count(*) as rows, count(distinct username) as users from users')
    expect(Number(count?.users)).toBe(userRecords.length)
    const results = userRecords
    const [first] = await query<{ email: string }>(`select email from users where username = '${results[0]?.login.username}' limit 1`)
    expect(first?.email).toBe(results[0]?.email)
  })

  test('03 parallel_dag: transform runs on queue high_cpu', async () => {
    const { tasks } = await runOf('parallel_dag')
    expect(tasks.find((task) => task.task_id === 'transform')?.queue).toBe('high_cpu')
  })

  test('04 hourly_etl: catchup makes one run for each hour of its closed range, in order', async () => {
    await api.unpause('hourly_etl')
    await until('six runs ended', async () => (await api.runs('hourly_etl')).filter((run) => run.state === 'success').length === 6, 90_000)
    const runs = (await api.runs('hourly_etl')).toSorted((a, b) => String(a.logical_date).localeCompare(String(b.logical_date)))
    expect(runs.map((run) => run.logical_date)).toEqual(
      [0, 1, 2, 3, 4, 5].map((hour) => `2024-01-01T0${hour}:00:00Z`).map((text) => expect.stringContaining(text.slice(0, 19))),
    )
  })

  test('05 branching: what was not chosen is skipped, a conf that does not fit is refused', async () => {
    await api.unpause('branching')
    const runId = await api.trigger('branching', { conf: { rows: 50_000 } })
    expect((await api.ended('branching', runId)).state).toBe('success')
    const states = Object.fromEntries((await api.tasks('branching', runId)).map((task) => [task.task_id, task.state]))
    expect(states).toMatchObject({ load_large: 'success', load_small: 'skipped', report: 'success', announce: 'success' })
    await expect(api.trigger('branching', { conf: { rows: -1 } })).rejects.toThrow(/conf\.rows must be at least 0, not -1/)
  })

  test('06 mapping: instances by index, and their results in order', async () => {
    const { tasks } = await runOf('mapping')
    const indexes = (taskId: string) => tasks.filter((task) => task.task_id === taskId).map((task) => task.map_index)
    expect(indexes('size').sort()).toEqual([0, 1, 2])
    expect(indexes('greet').sort()).toEqual([0, 1, 2, 3])
    expect(indexes('region.load').sort()).toEqual([0, 1])
  })

  test.each(['groups_setup_teardown', 'ingest_customers', 'ingest_shop', 'from_data'])('07 to 09 %s', async (dagId) => {
    await runOf(dagId)
  })

  test('11 sensors: what waits in the triggerer goes on, and a DAG triggers another one', async () => {
    const { runId } = await runOf('sensors_controller')
    expect(await api.log('sensors_controller', runId, 'trigger_sensors')).toMatch(/triggered run manual__\S+ of DAG sensors/)
    const [run] = await api.runs('sensors')
    const tasks = await api.tasks('sensors', run?.dag_run_id ?? '')
    expect(tasks.map((task) => task.state)).toEqual(tasks.map(() => 'success'))
    expect(tasks).toHaveLength(6)
  })
})
