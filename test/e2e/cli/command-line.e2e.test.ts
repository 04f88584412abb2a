import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { millraceCli as millrace } from '../../support/cli.ts'
import { buildMillrace } from '../../support/millrace.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/dags-test')

beforeAll(buildMillrace)

describe('millrace dags test', () => {
  test('a file: prints each task as it ends', async () => {
    const { code, out, err } = await millrace(['dags', 'test', join(fixtures, 'good.ts'), '--date', '2026-01-05', '--no-wait'])
    expect(err).toBe('')
    expect(code).toBe(0)
    const ends = out.split('\n').filter((line) => /^(say|flaky|dags_test_good) /.test(line))
    expect(ends.map((line) => line.replace(/\d+\.\d\d s, /, ''))).toEqual([
      'say success (returned "on 2026-01-05")',
      'flaky up_for_retry (try 1, Error: the first try fails)',
      'flaky success (try 2, returned "on 2026-01-05")',
      'dags_test_good manual__2026-01-05T00:00:00+00:00 success',
    ])
    // The place in the DAG file, not in its bundle.
    expect(out).toMatch(/good\.ts:7/)
  })

  test('an id, as JSON: nothing but JSON on stdout', async () => {
    const { code, out, err } = await millrace(['dags', 'test', 'dags_test_good', '--dags', fixtures, '--no-wait', '--json'])
    expect(code).toBe(0)
    const records = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; state: string })
    expect(records.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['task success', 'task up_for_retry', 'task success', 'run success'])
    expect(err).toContain('printed by the task itself')
  })

  test('a run that fails: exit code 1', async () => {
    const { code, out } = await millrace(['dags', 'test', join(fixtures, 'bad.ts')])
    expect(code).toBe(1)
    expect(out).toContain('broken failed')
  })
})

describe('millrace tasks test', () => {
  test('one task of a file, without what is upstream of it or behind it', async () => {
    const { code, out, err } = await millrace(['tasks', 'test', join(fixtures, 'good.ts'), 'say', '--date', '2026-01-05'])
    expect(err).toBe('')
    expect(code).toBe(0)
    const ends = out.split('\n').filter((line) => /^(say|flaky|dags_test_good) /.test(line))
    expect(ends.map((line) => line.replace(/\d+\.\d\d s, /, ''))).toEqual([
      'say success (returned "on 2026-01-05")',
      'dags_test_good manual__2026-01-05T00:00:00+00:00 success',
    ])
  })

  test('of a DAG by its id, as JSON: it is tried once, whatever retries it has, and exits with 1 when it fails', async () => {
    const { code, out } = await millrace(['tasks', 'test', 'dags_test_good', 'flaky', '--dags', fixtures, '--json'])
    expect(code).toBe(1)
    const records = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; state: string; tasks?: object })
    expect(records.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['task failed', 'run failed'])
    expect(records.at(-1)?.tasks).toEqual({ flaky: 'failed' })
  })

  test('a task that the DAG does not have: says which it has', async () => {
    const { code, out, err } = await millrace(['tasks', 'test', join(fixtures, 'good.ts'), 'sya'])
    expect(code).toBe(1)
    expect(out).toBe('')
    expect(err).toBe("millrace: DAG dags_test_good has no task 'sya'; did you mean 'say'?; it has say, flaky\n")
  })
})

describe('millrace', () => {
  test('says what to do when nobody answers: exit code 3', async () => {
    const { code, err } = await millrace(['dags', 'list'], { MILLRACE_URL: 'http://127.0.0.1:9' })
    expect(code).toBe(3)
    expect(err).toBe('millrace: nobody answers at http://127.0.0.1:9: is Millrace running? `npm start` starts it; MILLRACE_URL names another address\n')
  })

  test('wrong usage: exit code 2', async () => {
    const { code, err } = await millrace(['dags', 'trigger'])
    expect(code).toBe(2)
    expect(err).toContain("missing required argument 'dag'")
  })

  test('a wrong address', async () => {
    const { code, err } = await millrace(['dags', 'list'], { MILLRACE_URL: 'localhost:8080' })
    expect(code).toBe(1)
    expect(err).toContain('give the address of the API')
  })
})
