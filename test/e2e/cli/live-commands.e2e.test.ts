import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DagRun } from '../../../schemas/http/dag-runs.ts'
import { type CliResult, millraceCli } from '../../support/cli.ts'
import { type E2eMillrace, startE2eMillrace } from '../../support/e2e-millrace.ts'
import { until } from '../../support/until.ts'

let millrace: E2eMillrace
beforeAll(async () => {
  millrace = await startE2eMillrace()
  await until('the parser publishes the examples', async () => (await cli('dags', 'list')).out.includes('parallel_dag'), 60_000)
})
afterAll(() => millrace?.stop())

const cli = (...args: readonly string[]): Promise<CliResult> => millraceCli(args, { MILLRACE_URL: millrace.url })

/** A command that must be done; its stdout. */
const done = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await cli(...args)
  expect({ code, err: code === 0 ? '' : err }, `millrace ${args.join(' ')}`).toEqual({ code: 0, err: '' })
  return out
}

describe('the command line on a running Millrace', () => {
  test('from a paused DAG to the logs of its run', async () => {
    expect(await done('dags', 'list', 'print_date')).toMatch(/print_date +0 9 \* \* \* +paused/)

    const waiting = await cli('dags', 'trigger', 'print_date', '--run-id', 'by_hand', '--conf', '{"why": "test"}')
    expect(waiting.err).toContain('millrace dags unpause print_date')
    const following = cli('tasks', 'logs', 'print_date', 'by_hand', 'print_date', '--follow', '--no-timestamps')
    expect(await done('dags', 'unpause', 'print_date')).toBe('print_date is active\n')
    expect((await following).out).toMatch(/this run is for \d{4}-\d\d-\d\d, and now it is/)

    expect(await done('dags', 'trigger', 'print_date', '--date', '2026-01-05', '--wait')).toMatch(/print_date manual__2026-01-05T00:00:00\+00:00 success/)
    const runs = JSON.parse(await done('runs', 'list', 'print_date', '--json')) as DagRun[]
    expect(runs.map(({ dag_run_id }) => dag_run_id)).toEqual(expect.arrayContaining(['by_hand', 'manual__2026-01-05T00:00:00+00:00']))

    await until('by_hand ends', async () => (await done('runs', 'show', 'print_date', 'by_hand')).includes('state          success'))
    expect(await done('runs', 'show', 'print_date', 'by_hand')).toContain('conf           {"why":"test"}')
    expect(await done('tasks', 'list', 'print_date', 'latest')).toMatch(/print_date +success +1\/3/)
    const log = await done('tasks', 'logs', 'print_date', 'latest', 'print_date')
    expect(log).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z this run is for 2026-01-05/m)

    expect(await done('dags', 'pause', 'print_date')).toBe('print_date is paused\n')
  })

  test('what is refused says why, with exit code 1', async () => {
    const missing = await cli('dags', 'trigger', 'no_such_dag')
    expect(missing.code).toBe(1)
    expect(missing.err).toMatch(/^millrace: There is no DAG no_such_dag/)
    await done('dags', 'trigger', 'parallel_dag', '--date', '2026-01-01')
    const twice = await cli('dags', 'trigger', 'parallel_dag', '--date', '2026-01-01')
    expect(twice.code).toBe(1)
    expect(twice.err).toContain('already')
  })
})
