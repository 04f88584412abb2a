import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bash, branch, chain, type Dag, type DagOptions, dag, empty, fail, group, latestOnly, shortCircuit, skip, task } from 'millrace'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../services/core/dag.ts'
import { normalDag, problemText } from '../../../services/core/normal-dag.ts'
import { executeHere, waitHere } from '../../../services/dev/dag-test/execute-here.ts'
import { findDag } from '../../../services/dev/dag-test/find-dag.ts'
import { jsonReport, textReport } from '../../../services/dev/dag-test/report-run.ts'
import { testRun } from '../../../services/dev/dag-test/test-run.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-dag-test-unit-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

interface Given {
  readonly conf?: JsonObject
  readonly env?: Readonly<Record<string, string>>
  readonly noWait?: boolean
}

/** A test run on a clock of its own: sleeping only moves it. */
const runOf = async (made: Dag, { conf = {}, env = {}, noWait = false }: Given = {}) => {
  const normal = normalDag(made.spec())
  if (!normal.ok) throw new Error(problemText(normal.problems))
  let now = Date.UTC(2026, 0, 10, 12)
  const slept: number[] = []
  const lines: string[] = []
  const ends: string[] = []
  const text = textReport(
    (line) => void lines.push(line),
    (_, plain) => plain,
    () => now,
  )
  const json = jsonReport(
    (line) => void ends.push(line),
    () => undefined,
  )
  const run = await testRun(
    { definition: normal.dag, dag: made, logicalDate: Date.UTC(2026, 0, 10, 6), conf, noWait },
    {
      now: () => now,
      sleep: async (ms) => {
        slept.push(ms)
        now += ms
      },
      execute: executeHere({ env, xcomFolder: join(folder, 'xcom'), log: text.log, graceMs: 20 }),
      waitFor: waitHere({ env, log: text.log }, noWait),
      onEvent: (event, of) => {
        text.event(event, of)
        json.event(event, of)
      },
    },
  )
  text.end(run)
  const told = ends.map((line) => JSON.parse(line) as { task_id: string; state: string; try_number: number; xcoms: Record<string, unknown> })
  return { run, slept, lines, ends: told.map(({ task_id, state, try_number }) => `${task_id} ${state} ${try_number}`), told }
}

const make = (build: () => void, options: DagOptions = {}): Dag => dag('tested', options, build)

describe('millrace dags test: a whole run without a broker', () => {
  test('runs the tasks in order, with templates, inputs and XComs', async () => {
    const { run, ends, told, lines } = await runOf(
      make(
        () => {
          const say = bash('say', 'echo "{{ ds }} {{ params.who }}"')
          const read = task('read', { inputs: { said: say } }, async ({ inputs, log }) => {
            log.info(`read ${inputs.said}`)
            return { length: String(inputs.said).length }
          })
          chain(say, read, empty('done'))
        },
        { schedule: '@daily', startDate: '2026-01-01', params: { who: 'world' } },
      ),
      { conf: { who: 'all' } },
    )
    expect(run.state).toBe('success')
    expect(run.runId).toBe('manual__2026-01-10T06:00:00+00:00')
    // The interval a manual run gets: the last complete one.
    expect(run.dataIntervalEnd).toBe(Date.UTC(2026, 0, 10))
    expect(ends).toEqual(['say success 1', 'read success 1', 'done success 1'])
    expect(told[1]?.xcoms).toEqual({ return_value: { length: 14 } })
    expect(lines.join('\n')).toContain('read | read 2026-01-10 all')
    expect(lines.at(-1)).toBe('tested manual__2026-01-10T06:00:00+00:00 success')
  })

  test('retries after their delay', async () => {
    let tries = 0
    const { run, slept, ends, lines } = await runOf(
      make(() => {
        task('flaky', { retries: 2, retryDelay: '3m' }, async () => {
          tries++
          if (tries < 3) throw new Error('not yet')
        })
      }),
    )
    expect(run.state).toBe('success')
    expect(slept).toEqual([180_000, 180_000])
    expect(ends).toEqual(['flaky up_for_retry 1', 'flaky up_for_retry 2', 'flaky success 3'])
    expect(lines.some((line) => line.startsWith('flaky up_for_retry') && line.includes('Error: not yet'))).toBe(true)
  })

  test('--no-wait retries at once, and does not time the run out', async () => {
    const { run, slept } = await runOf(
      make(
        () => {
          task('never', { retries: 2, retryDelay: '1h' }, async () => {
            throw new Error('no')
          })
        },
        { dagrunTimeout: '5m' },
      ),
      { noWait: true },
    )
    expect(slept).toEqual([])
    expect(run.state).toBe('failed')
    expect(run.tasks.get('never')?.tryNumber).toBe(3)
  })

  test('branches, short circuits and latest only decide what is skipped', async () => {
    const { run } = await runOf(
      make(() => {
        const [a, b, c] = [empty('a'), empty('b'), empty('c')]
        const join = empty('join', { triggerRule: 'none_failed_min_one_success' })
        chain(
          branch('choose', () => [a, 'b']),
          [a, b, c],
          join,
        )
        chain(
          shortCircuit('stop', () => 0),
          empty('behind', { triggerRule: 'all_done' }),
        )
        chain(
          branch('none', () => null),
          empty('not_chosen'),
        )
        chain(latestOnly('latest'), empty('manual_runs_go_on'))
      }),
    )
    const states = Object.fromEntries([...run.tasks.values()].map(({ taskId, state }) => [taskId, state]))
    expect(states).toMatchObject({ a: 'success', b: 'success', c: 'skipped', join: 'success', behind: 'skipped', not_chosen: 'skipped' })
    expect(states.manual_runs_go_on).toBe('success')
    expect(run.state).toBe('success')
  })

  test('mapped tasks and groups: every instance has its item, what is behind gets the list', async () => {
    const { run, told, lines } = await runOf(
      make(() => {
        const names = task('names', () => ['x', 'y', 'z'])
        const sizes = task.map('size', { name: names, factor: [1, 10] }, ({ inputs, log }) => {
          log.info(`for ${inputs.name}`)
          if (inputs.name === 'y' && inputs.factor === 1) skip('not this one')
          return `${inputs.name}${inputs.factor}`
        })
        task('all', { inputs: { sizes }, triggerRule: 'none_failed' }, ({ inputs }) => inputs.sizes)
        const each = group.map('g', { name: names }, ({ name }) => {
          const first = task('first', { inputs: { name } }, ({ inputs }) => inputs.name.toUpperCase())
          return task('second', { inputs: { first } }, ({ inputs }) => `${inputs.first}!`)
        })
        task('joined', { inputs: { parts: each.made } }, ({ inputs }) => inputs.parts.join(' '))
        task.map('over_nothing', { item: task('nothing', (): string[] => []) }, ({ inputs }) => inputs.item)
        task.map('again', { size: sizes }, { triggerRule: 'none_failed' }, ({ inputs }) => inputs.size)
      }),
    )
    expect(run.state).toBe('success')
    const returned = (taskId: string) => told.filter(({ task_id }) => task_id === taskId).map(({ xcoms }) => xcoms.return_value)
    expect(returned('all')).toEqual([['x1', 'x10', 'y10', 'z1', 'z10']])
    expect(returned('joined')).toEqual(['X! Y! Z!'])
    expect(returned('again').sort()).toEqual(['x1', 'x10', 'y10', 'z1', 'z10'])
    expect(run.tasks.get('over_nothing')?.state).toBe('skipped')
    expect(lines.join('\n')).toContain('size[3] | for y')
  })

  test('a teardown runs after a failure, and does not decide the run', async () => {
    const { run, ends } = await runOf(
      make(() => {
        const setup = empty('setup')
        const work = task('work', () => fail('broken'))
        chain(setup, work, task('down', () => 'away').asTeardown({ setups: setup }))
      }),
    )
    expect(ends).toContain('down success 1')
    expect(run.state).toBe('failed')
  })

  test('a conf that does not fit the params is refused before the run exists', async () => {
    const tested = make(() => void task('n', ({ params }) => params.n), { params: { n: { type: 'integer', default: 3, minimum: 1 } } })
    expect((await runOf(tested)).told[0]?.xcoms.return_value).toBe(3)
    expect((await runOf(tested, { conf: { n: 4 } })).told[0]?.xcoms.return_value).toBe(4)
    await expect(runOf(tested, { conf: { n: 0 } })).rejects.toThrow('conf.n must be at least 1, not 0')
  })

  test('fail() does not retry, skip() skips; downstreams follow their trigger rules', async () => {
    const { run, ends } = await runOf(
      make(() => {
        const bad = task('bad', { retries: 5 }, async () => fail('broken for good'))
        const idle = task('idle', async () => skip('nothing to do'))
        const after = empty('after_bad')
        const quiet = empty('after_idle')
        const cleanup = task('cleanup', { triggerRule: 'all_done' }, async () => 'clean')
        chain(bad, after, cleanup)
        chain(idle, quiet, cleanup)
      }),
    )
    expect(run.state).toBe('success')
    expect(ends.sort()).toEqual(['after_bad upstream_failed 0', 'after_idle skipped 0', 'bad failed 1', 'cleanup success 1', 'idle skipped 1'])
  })

  test.each([
    ['by itself', (signal: AbortSignal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))],
    ['left behind when it does not listen', () => new Promise(() => undefined)],
  ])('a task that runs for too long ends by its executionTimeout, %s', async (_, work) => {
    const { run, lines } = await runOf(make(() => void task('slow', { executionTimeout: 50 }, ({ signal }) => work(signal))))
    expect(run.state).toBe('failed')
    expect(lines.some((line) => /^slow failed .*executionTimeout of 0.05 s/.test(line))).toBe(true)
  })

  test('connections come from the environment, their passwords are masked', async () => {
    const { run, lines } = await runOf(
      make(() => {
        task('connect', async ({ connection, log }) => log.info(`as ${(await connection('my-db')).login} with ${(await connection('my-db')).password}`))
        task('missing', async ({ connection }) => connection('nowhere'))
      }),
      { env: { MILLRACE_CONN_MY_DB: 'postgres://me:s3cret-word@127.0.0.1:5432/x' } },
    )
    expect(run.state).toBe('failed')
    expect(lines.join('\n')).toContain('as me with ***')
    expect(lines.join('\n')).not.toContain('s3cret-word')
    expect(lines.join('\n')).toContain('set MILLRACE_CONN_NOWHERE')
  })
})

describe('millrace dags test: finding the DAG', () => {
  const file = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  const find = (target: string, dagId?: string) => findDag({ target, dagId, folders: [folder], workFolder: join(folder, 'work') })

  test('a file that is not there', async () => {
    await expect(find(join(folder, 'nope.ts'))).rejects.toMatchObject({ code: 'dag_not_found' })
  })

  test('a file with a syntax error: file and line', async () => {
    await expect(find(file('broken.ts', 'export default (\n\n  dag(\n'))).rejects.toThrow(/broken\.ts:4:1: Unexpected end of file/)
  })

  test('a DAG as data, by file and by id, and the line of its fault', async () => {
    const path = file('data.yaml', 'dagId: from_data\ntasks:\n  - { taskId: a, operator: empty }\n')
    expect(await find(path)).toMatchObject({ dag: null, definition: { dagId: 'from_data' } })
    expect(await find('from_data')).toMatchObject({ dag: null, file: path })
    await expect(find(file('bad.yaml', 'dagId: bad\ntasks:\n  - taskId: a\n    operator: bash\n'))).rejects.toThrow(
      /bad\.yaml:3:5: .*args\.command: is missing/,
    )
  })

  test('an id that no file has', async () => {
    file('broken.ts', 'export default (')
    await expect(find('missing')).rejects.toThrow(/no file in .* exports a DAG 'missing'.*could not be read:\n.*broken\.ts/s)
  })
})
