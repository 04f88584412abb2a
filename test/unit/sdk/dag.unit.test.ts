import { bash, chain, dag, dataset, empty, http, httpSensor, postgres, task } from 'millrace'
import { describe, expect, it } from 'vitest'
import type { DagDefinition } from '../../../services/core/dag.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'
import type { Dag } from '../../../services/sdk/dag.ts'
import { collectDags } from '../../../services/sdk/runtime/collect-dags.ts'

const normal = (made: Dag): DagDefinition => {
  const result = normalDag(JSON.parse(JSON.stringify(made.spec())))
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.dag
}

const upstreams = (made: Dag): Record<string, readonly string[]> => Object.fromEntries(normal(made).tasks.map(({ taskId, upstream }) => [taskId, upstream]))

describe('dag', () => {
  it('is data', () => {
    const users = dataset('postgres://warehouse/users', { table: 'users' })
    const made = dag(
      'all_of_it',
      {
        schedule: '@daily',
        startDate: '2022-01-01',
        endDate: new Date(Date.UTC(2023, 0, 1)),
        catchup: true,
        timezone: 'Europe/Berlin',
        dagrunTimeout: '2h',
        isPausedUponCreation: false,
        maxActiveRuns: 3,
        tags: ['a'],
        doc: '# hello',
        params: { limit: 10 },
        defaultArgs: { owner: 'data', retries: 1, retryDelay: '3m' },
      },
      () => {
        const extract = task('extract', { retryExponentialBackoff: true, queue: 'big' }, () => [1])
        task('store', { inputs: { rows: extract }, outlets: [users, 's3://copy'], retries: 5, maxActiveTisPerDag: 2, executionTimeout: 1500 }, () => undefined)
      },
    )
    const definition = normal(made)
    expect(definition).toMatchObject({
      dagId: 'all_of_it',
      scheduleText: '@daily',
      startDate: Date.UTC(2021, 11, 31, 23),
      endDate: Date.UTC(2023, 0, 1),
      catchup: true,
      dagrunTimeoutMs: 7_200_000,
      pausedUponCreation: false,
      owner: 'data',
      doc: '# hello',
      params: { limit: 10 },
    })
    expect(definition.tasks).toMatchObject([
      { taskId: 'extract', operator: 'function', needsCode: true, owner: 'data', retries: 1, retryDelayMs: 180_000, retryBackoff: 2, queue: 'big' },
      {
        taskId: 'store',
        inputs: { rows: 'extract' },
        upstream: ['extract'],
        retries: 5,
        outlets: ['postgres://warehouse/users', 's3://copy'],
        outletExtras: { 'postgres://warehouse/users': { table: 'users' } },
        maxActiveTis: 2,
        executionTimeoutMs: 1500,
      },
    ])
  })

  it('knows which tasks need code', () => {
    const made = dag('d', () => {
      bash('bash', 'true', { env: { A: '{{ ds }}' } })
      http('plain', { endpoint: 'https://x/' })
      http('filtered', { endpoint: 'https://x/', responseFilter: (response) => response.status })
      httpSensor('sensor', { httpConnId: 'api', pokeInterval: '5s', mode: 'reschedule' })
      postgres('sql', { sql: ['select 1'], parameters: [1] })
      empty('nothing')
    })
    expect(normal(made).tasks.map(({ taskId, needsCode, args }) => [taskId, needsCode, args])).toEqual([
      ['bash', false, { command: 'true', env: { A: '{{ ds }}' } }],
      ['plain', false, { endpoint: 'https://x/' }],
      ['filtered', true, { endpoint: 'https://x/' }],
      ['sensor', false, { httpConnId: 'api', pokeIntervalMs: 5000, mode: 'reschedule' }],
      ['sql', false, { sql: ['select 1'], parameters: [1] }],
      ['nothing', false, {}],
    ])
  })
})

describe('order', () => {
  it('by chain, before and after', () => {
    const made = dag('d', () => {
      const a = empty('a')
      const b = empty('b')
      const c = empty('c')
      const d = empty('d')
      const e = empty('e')
      const f = empty('f')
      chain(a, [b, c], d)
      d.before([e], f)
      f.after(e)
    })
    expect(upstreams(made)).toEqual({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'], e: ['d'], f: ['d', 'e'] })
  })

  it('pairs two lists in a row', () => {
    const made = dag('d', () => {
      chain([empty('a'), empty('b')], [empty('c'), empty('d')])
    })
    expect(upstreams(made)).toEqual({ a: [], b: [], c: ['a'], d: ['b'] })
  })
})

describe('collectDags', () => {
  it('takes default, named and listed ones, each once', () => {
    const [one, two, three] = ['one', 'two', 'three'].map((id) => dag(id, () => void empty('a')))
    expect(collectDags({ default: one, two, all: [one, [three]], other: 3, nothing: null }).map(({ dagId }) => dagId)).toEqual(['one', 'two', 'three'])
  })
})

describe('refuses, by name and with the remedy', () => {
  const wrong = (options: object): never => options as never
  it.each<[string, () => unknown, string]>([
    ['a task outside of a DAG', () => bash('a', 'true'), "task 'a' is made outside of a DAG: make it inside the function"],
    ['two tasks of one id', () => dag('d', () => [empty('a'), empty('a')] as never), "dag 'd' has two tasks with the id 'a': give each its own"],
    ['a bad task id', () => dag('d', () => void empty('a b')), 'dag \'d\': task id "a b" has characters other than'],
    ['a bad dag id', () => dag('', () => {}), 'dag id must not be empty'],
    ['an unknown option', () => dag('d', () => void empty('a', wrong({ retires: 1 }))), "task 'a': there is no option 'retires'; did you mean 'retries'?"],
    ["Airflow's spelling", () => dag('d', () => void empty('a', wrong({ retry_delay: 1 }))), "did you mean 'retryDelay'?"],
    ['an unknown option of the DAG', () => dag('d', wrong({ schedule_interval: '@daily' }), () => {}), "dag 'd': there is no option 'schedule_interval'"],
    [
      'a wrong value',
      () => dag('d', () => void empty('a', wrong({ retries: '3' }))),
      "task 'a': option 'retries' must be a whole number of 0 or more, not \"3\"",
    ],
    ['a wrong duration', () => dag('d', () => void empty('a', { retryDelay: '3 minutes' })), "option 'retryDelay' must be a duration such as '90s'"],
    ['a wrong rule', () => dag('d', () => void empty('a', wrong({ triggerRule: 'all' }))), "option 'triggerRule' must be one of all_success,"],
    ['wrong default arguments', () => dag('d', { defaultArgs: wrong({ retires: 1 }) }, () => {}), "dag 'd', defaultArgs: there is no option 'retires'"],
    [
      'no function',
      () => dag('d', () => void task('a', wrong({}), undefined as never)),
      "task 'a': its last argument must be the function that it runs, not undefined",
    ],
    ['no command', () => dag('d', () => void bash('a', '')), "task 'a': the command must be text that is not empty"],
    ['no SQL', () => dag('d', () => void postgres('a', wrong({}))), "task 'a': option 'sql' is missing"],
    ['an input that is no task', () => dag('d', () => void task('a', { inputs: { x: wrong({}) } }, () => 1)), "task 'a': input 'x' must be a task"],
    [
      'a task before itself',
      () =>
        dag('d', () => {
          const a = empty('a')
          a.before(a)
        }),
      "task 'a' is put before itself",
    ],
    ['lists that cannot be paired', () => dag('d', () => chain([empty('a'), empty('b')], [empty('c')])), 'these have 2 and 1 tasks'],
    ['a DAG in a DAG', () => dag('d', () => void dag('e', () => {})), "dag 'e' is made inside of dag 'd'"],
    [
      'an async build',
      () =>
        dag(
          'd',
          wrong(async () => {}),
        ),
      'the build function is async',
    ],
    ['a dataset with a password', () => dataset('postgres://me:secret@host/db'), 'the URI holds a password'],
  ])('%s', (_what, make, message) => {
    expect(make).toThrow(expect.objectContaining({ name: 'MillraceError', message: expect.stringContaining(message) }))
  })

  it('tasks of two DAGs in one order', () => {
    let first: ReturnType<typeof empty> | undefined
    dag('one', () => {
      first = empty('a')
    })
    expect(() => dag('two', () => first?.before(empty('b')))).toThrow("task 'a' of dag 'one' cannot come before task 'b' of dag 'two'")
  })

  it('nothing after a build that failed', () => {
    expect(() =>
      dag('one', () => {
        throw new Error('x')
      }),
    ).toThrow('x')
    expect(dag('two', () => void empty('a')).taskIds).toEqual(['a'])
  })
})
