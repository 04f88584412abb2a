import { describe, expect, it } from 'vitest'
import type { DagDefinition } from '../../../services/core/dag.ts'
import { compactDag } from '../../../services/core/normal-compact.ts'
import { adoptedDag, normalDag } from '../../../services/core/normal-dag.ts'

const task = (taskId: string, over: object = {}): object => ({ taskId, operator: 'bash', args: { command: 'true' }, ...over })
const spec = (over: object = {}): object => ({ dagId: 'd', tasks: [task('a')], ...over })

const good = (json: unknown): DagDefinition => {
  const normal = normalDag(json)
  if (!normal.ok) throw new Error(JSON.stringify(normal.problems))
  return normal.dag
}

const problems = (json: unknown): readonly string[] => {
  const normal = normalDag(json)
  return normal.ok ? [] : normal.problems.map(({ path, message }) => `${path}: ${message}`)
}

describe('defaults', () => {
  it('are those of SEMANTICS', () => {
    expect(good(spec())).toEqual({
      dagId: 'd',
      description: null,
      doc: null,
      tags: [],
      owner: 'millrace',
      schedule: { kind: 'none' },
      datasets: null,
      datasetEvents: { mode: 'batch' },
      onUnpause: 'skip',
      watches: [],
      scheduleText: null,
      timezone: 'UTC',
      startDate: null,
      endDate: null,
      catchup: false,
      maxActiveRuns: 16,
      maxActiveTasks: 16,
      dagrunTimeoutMs: null,
      maxConsecutiveFailedRuns: 0,
      failFast: false,
      keepRuns: 10_000,
      pausedUponCreation: true,
      params: {},
      groups: [],
      tasks: [
        {
          taskId: 'a',
          operator: 'bash',
          upstream: [],
          args: { command: 'true' },
          inputs: {},
          needsCode: false,
          templateFields: ['command', 'env', 'cwd'],
          triggerRule: 'all_success',
          retries: 0,
          retryDelayMs: 300_000,
          retryBackoff: 0,
          maxRetryDelayMs: null,
          maxInfraRetries: 3,
          executionTimeoutMs: null,
          queue: 'default',
          pool: 'default_pool',
          poolSlots: 1,
          priorityWeight: 1,
          weightRule: 'downstream',
          maxActiveTis: null,
          maxActiveTisPerRun: null,
          dependsOnPast: false,
          waitForDownstream: false,
          outlets: [],
          outletExtras: {},
          inlets: [],
          isolation: 'warm',
          owner: 'millrace',
          doc: null,
          groupId: null,
          map: null,
          mapIndexTemplate: null,
          setup: false,
          teardown: null,
        },
      ],
    })
  })

  it('of all tasks may stand in defaultArgs, durations as text', () => {
    const [a, b] = good(
      spec({ defaultArgs: { retries: 2, retryDelay: '3m', owner: 'data' }, tasks: [task('a'), task('b', { retries: 0, executionTimeout: '1h30m' })] }),
    ).tasks
    expect(a).toMatchObject({ retries: 2, retryDelayMs: 180_000, owner: 'data' })
    expect(b).toMatchObject({ retries: 0, retryDelayMs: 180_000, executionTimeoutMs: 5_400_000 })
  })

  it('are filled in without a way to change the result', () => {
    expect(Object.isFrozen(good(spec()).tasks[0]?.args)).toBe(true)
  })
})

describe('schedules', () => {
  it.each<[unknown, unknown, string | null]>([
    [null, { kind: 'none' }, null],
    ['@once', { kind: 'once' }, '@once'],
    ['@continuous', { kind: 'continuous' }, '@continuous'],
    ['@daily', { kind: 'cron', crons: ['0 0 * * *'], dataIntervals: true }, '@daily'],
    ['0 9 * * MON-FRI', { kind: 'cron', crons: ['0 9 * * MON-FRI'], dataIntervals: true }, '0 9 * * MON-FRI'],
    ['10m', { kind: 'duration', everyMs: 600_000, dataIntervals: true }, 'every 10m'],
    ['1h 30m', { kind: 'duration', everyMs: 5_400_000, dataIntervals: true }, 'every 1h30m'],
    [90_000, { kind: 'duration', everyMs: 90_000, dataIntervals: true }, 'every 1m30s'],
    [['0 9 * * *', '@hourly'], { kind: 'cron', crons: ['0 9 * * *', '0 * * * *'], dataIntervals: true }, '0 9 * * * | @hourly'],
    [['2024-03-01', '2024-01-01T06:00:00+02:00'], { kind: 'dates', dates: [Date.UTC(2024, 0, 1, 4), Date.UTC(2024, 2, 1)] }, 'on 2 dates'],
    [{ kind: 'cron', crons: ['0 9 * * *'], dataIntervals: false }, { kind: 'cron', crons: ['0 9 * * *'], dataIntervals: false }, '0 9 * * *'],
  ])('%j', (given, schedule, scheduleText) => {
    expect(good(spec({ schedule: given }))).toMatchObject({ schedule, scheduleText })
  })

  it('follow dataIntervals of the DAG', () => {
    expect(good(spec({ schedule: '@daily', dataIntervals: false })).schedule).toEqual({ kind: 'cron', crons: ['0 0 * * *'], dataIntervals: false })
  })

  it.each<[unknown, RegExp]>([
    ['@dialy', /no preset '@dialy'; did you mean '@daily'/],
    ['* * * * * *', /6 fields \(seconds/],
    ['61 * * * *', /minute 61 is outside/],
    ['H 9 * * *', /minute/],
    ['', /empty/],
    ['10 m m', /fields/],
    ['10minutes', /neither a cron of five fields .* nor a duration/],
    ['100ms', /shorter than a second/],
    [[], /empty list/],
    [['0 9 * * *', 3], /takes crons, or dates/],
    [['2024-02-30'], /no date/],
    [{ kind: 'cron' }, /needs a list/],
    [{ kind: 'weekly' }, /there are none, once/],
    [{ kind: 'once', at: 3 }, /no field 'at'/],
    [true, /must be cron text/],
  ])('refuse %j', (given, message) => {
    expect(problems(spec({ schedule: given }))).toEqual([expect.stringMatching(message)])
  })
})

describe('dates', () => {
  it.each<[unknown, string, number]>([
    ['2024-01-01', 'UTC', Date.UTC(2024, 0, 1)],
    ['2024-01-01', 'Europe/Berlin', Date.UTC(2023, 11, 31, 23)],
    ['2024-07-01T06:30', 'Europe/Berlin', Date.UTC(2024, 6, 1, 4, 30)],
    ['2024-07-01T06:30:00Z', 'Europe/Berlin', Date.UTC(2024, 6, 1, 6, 30)],
    // Clocks leap from 02:00 to 03:00, and back from 03:00 to 02:00.
    ['2024-03-31T02:30', 'Europe/Berlin', Date.UTC(2024, 2, 31, 1, 30)],
    ['2024-10-27T02:30', 'Europe/Berlin', Date.UTC(2024, 9, 27, 0, 30)],
    ['2024-01-01 00:00:00.250-05:00', 'UTC', Date.UTC(2024, 0, 1, 5, 0, 0, 250)],
    [1_704_067_200_000, 'UTC', 1_704_067_200_000],
  ])('%j in %s', (startDate, timezone, ms) => {
    expect(good(spec({ startDate, timezone })).startDate).toBe(ms)
  })

  it.each<[unknown]>([['yesterday'], ['2024-13-01'], ['2024-02-30'], ['2024-01-01T25:00'], ['01.02.2024'], [Number.NaN], [1e17], [{}]])(
    'refuses %j',
    (startDate) => {
      expect(problems(spec({ startDate }))[0]).toMatch(/^startDate: /)
    },
  )
})

describe('refuses, with the place and the remedy', () => {
  it.each<[string, unknown, string]>([
    ['no object', 'dag', ': a DAG must be an object with dagId and tasks, not "dag"'],
    ['no id', { tasks: [task('a')] }, 'dagId: must be text'],
    ['a bad id', spec({ dagId: 'my dag' }), 'dagId: "my dag" has characters other than letters, digits, dashes, dots and underscores: write "my_dag"'],
    ['a long id', spec({ dagId: 'x'.repeat(251) }), 'dagId: is 251 characters long, at most 250 are allowed'],
    ['an id that JavaScript owns', spec({ tasks: [task('__proto__')] }), "tasks[0].taskId: '__proto__' is reserved by JavaScript: choose another id"],
    ['no tasks', { dagId: 'd' }, 'tasks: is missing: a DAG has at least one task'],
    ['two tasks of one id', spec({ tasks: [task('a'), task('a')] }), "tasks[1].taskId: there are two tasks with the id 'a': give each its own"],
    [
      'an unknown upstream',
      spec({ tasks: [task('extract'), task('b', { upstream: ['extrakt'] })] }),
      "tasks.b.upstream: the DAG has no task 'extrakt'; did you mean 'extract'?",
    ],
    ['an unknown input', spec({ tasks: [task('a', { inputs: { rows: 'x' } })] }), "tasks.a.inputs.rows: the DAG has no task 'x'"],
    [
      'a cycle',
      spec({ tasks: [task('a', { upstream: ['c'] }), task('b', { upstream: ['a'] }), task('c', { upstream: ['b'] })] }),
      'tasks.a.upstream: the tasks wait for each other in a circle: a -> b -> c -> a. Take one of these arrows away',
    ],
    [
      'a task behind itself',
      spec({ tasks: [task('a', { upstream: ['a'] })] }),
      'tasks.a.upstream: the tasks wait for each other in a circle: a -> a. Take one of these arrows away',
    ],
    ['a wrong type', spec({ tasks: [task('a', { retries: '3' })] }), 'tasks.a.retries: must be a whole number of 0 or more, not "3"'],
    [
      'no time at all',
      spec({ tasks: [task('a', { executionTimeout: 0 })] }),
      'tasks.a.executionTimeoutMs: must be milliseconds as a whole number of 1 or more, or null, not 0',
    ],
    ['half a retry', spec({ tasks: [task('a', { retries: 1.5 })] }), 'tasks.a.retries: must be a whole number of 0 or more, not 1.5'],
    ['a number beyond all', spec({ tasks: [task('a', { poolSlots: 1e300 })] }), 'tasks.a.poolSlots: must be a whole number of 1 or more, not 1e+300'],
    ['an unknown field', spec({ tasks: [task('a', { retires: 3 })] }), "tasks.a.retires: there is no field 'retires' here; did you mean 'retries'?"],
    ['an unknown rule', spec({ tasks: [task('a', { triggerRule: 'sometimes' })] }), 'tasks.a.triggerRule: must be one of'],
    ['no operator', spec({ tasks: [{ taskId: 'a' }] }), 'tasks.a.operator: is missing'],
    ['a function without code', spec({ tasks: [{ taskId: 'a', operator: 'function', needsCode: false }] }), 'tasks.a.needsCode: must be true'],
    ['bash without a command', spec({ tasks: [{ taskId: 'a', operator: 'bash' }] }), "tasks.a.args.command: is missing: operator 'bash' needs it"],
    ['catchup without startDate', spec({ catchup: true }), 'catchup: needs a startDate'],
    ['an end before the start', spec({ startDate: '2024-01-02', endDate: '2024-01-01' }), 'endDate: lies before startDate'],
    ['a zone that is none', spec({ timezone: 'Europe/Atlantis' }), 'timezone: there is no time zone "Europe/Atlantis"'],
    ['several runs of @continuous', spec({ schedule: '@continuous', maxActiveRuns: 2 }), 'maxActiveRuns: must be 1'],
    [
      'a prototype in disguise',
      JSON.parse('{"dagId":"d","params":{"a":{"__proto__":{"x":1}}},"tasks":[]}'),
      "params.a.__proto__: the key '__proto__' is not allowed",
    ],
    ['a constructor in args', spec({ tasks: [task('a', { args: { constructor: 1 } })] }), "tasks[0].args.constructor: the key 'constructor' is not allowed"],
    ['what JSON has not', spec({ params: { x: Number.NaN } }), 'params.x: must be a number that JSON has, not NaN'],
    ['a date in params', spec({ params: { x: new Date(0) } }), 'params.x: must be plain JSON'],
    ['a group without its parent', spec({ groups: [{ groupId: 'g', parent: 'h' }] }), "groups[0].parent: there is no group 'h' before this one"],
  ])('%s', (_what, json, expected) => {
    expect(problems(json)[0]).toContain(expected)
  })

  it('every mistake at once, up to a limit', () => {
    expect(problems({ dagId: 'a b', schedule: 'x', timezone: 'y', tasks: [task('a', { retries: -1, pool: '' })] })).toHaveLength(5)
    expect(problems(spec({ tasks: Array.from({ length: 500 }, (_, i) => task(`t${i}`, { retries: -1 })) }))).toHaveLength(50)
  })

  it('nesting that would overflow a stack', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(problems(spec({ params: { deep } }))[0]).toContain('nested deeper than')
  })

  it('a definition that fits no record', () => {
    expect(problems(spec({ tasks: [task('a', { args: { command: 'x'.repeat(710_000) } })] }))).toEqual([
      expect.stringMatching(/^: the definition is 7\d\d kB of JSON, at most 700 kB are allowed/),
    ])
  })
})

describe('a definition that was adopted', () => {
  it('is read even though a rule has become stricter since', () => {
    const json = spec({ schedule: 'H 9 * * *', fieldOfTomorrow: 1, tasks: [task('a', { retries: -1, queue: 'big' })] })
    expect(normalDag(json).ok).toBe(false)
    expect(adoptedDag(json)).toMatchObject({ dagId: 'd', schedule: { kind: 'none' }, tasks: [{ taskId: 'a', retries: 0, queue: 'big' }] })
    expect(adoptedDag(spec())).toEqual(good(spec()))
    expect(adoptedDag('x')).toBeNull()
  })
})

describe('order', () => {
  it('puts each task behind its upstreams, and inputs are upstreams', () => {
    const { tasks } = good(spec({ tasks: [task('c', { inputs: { x: 'b' } }), task('b', { upstream: ['a'] }), task('a'), task('z')] }))
    expect(tasks.map(({ taskId }) => taskId)).toEqual(['a', 'b', 'c', 'z'])
    expect(tasks[2]?.upstream).toEqual(['b'])
  })

  it('takes a chain of 5,000 tasks, which stays small', () => {
    const tasks = Array.from({ length: 5000 }, (_, i) => ({
      taskId: `task_${i}`,
      operator: 'function',
      upstream: i === 0 ? [] : [`task_${i - 1}`],
      retries: 2,
      owner: 'data',
    }))
    const dag = good(spec({ tasks: tasks.reverse() }))
    expect(dag.tasks[4999]?.taskId).toBe('task_4999')
    expect(JSON.stringify(compactDag(dag)).length).toBeLessThan(400_000)
  })
})
