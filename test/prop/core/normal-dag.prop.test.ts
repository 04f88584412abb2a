import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compactDag } from '../../../services/core/normal-compact.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'

const taskCount = 6

/** Ids of tasks before this one; now and then any, so that some DAGs are cyclic. */
const earlier = (i: number) =>
  fc.oneof({ weight: 40, arbitrary: fc.nat(Math.max(0, i - 1)) }, { weight: 1, arbitrary: fc.nat(taskCount - 1) }).map((n) => `t${n}`)

const anyTask = (i: number) =>
  fc.record(
    {
      taskId: fc.constant(`t${i}`),
      operator: fc.constantFrom('bash', 'function', 'empty', 'http', 'something_else'),
      args: fc.constant({ command: 'true' }),
      upstream: i === 0 ? fc.constant([]) : fc.uniqueArray(earlier(i)),
      inputs: i === 0 ? fc.constant({}) : fc.dictionary(fc.constantFrom('x', 'y'), earlier(i)),
      retries: fc.nat(3),
      retryDelay: fc.constantFrom('3m', 5000, '1h'),
      owner: fc.constantFrom('a', 'b', 'millrace'),
      outlets: fc.constantFrom([], ['s3://x']),
      queue: fc.constantFrom('default', 'big'),
    },
    { requiredKeys: ['taskId', 'operator', 'args'] },
  )

const anyDag = fc.record(
  {
    dagId: fc.constantFrom('d', 'other.dag'),
    schedule: fc.constantFrom(null, '@daily', '10m', '@continuous', ['0 1 * * *', '0 2 * * *'], ['2024-01-01']),
    startDate: fc.constantFrom('2024-01-01', 0),
    catchup: fc.boolean(),
    timezone: fc.constantFrom('UTC', 'Europe/Berlin'),
    tags: fc.constantFrom([], ['x']),
    tasks: fc.tuple(...Array.from({ length: taskCount }, (_, i) => anyTask(i))).chain((tasks) => fc.shuffledSubarray(tasks, { minLength: taskCount })),
  },
  { requiredKeys: ['dagId', 'tasks'] },
)

it('what compactDag leaves out, normalDag puts back', () => {
  let whole = 0
  fc.assert(
    fc.property(anyDag, (json) => {
      const normal = normalDag(json)
      if (!normal.ok) return
      whole++
      const compact: unknown = JSON.parse(JSON.stringify(compactDag(normal.dag)))
      expect(normalDag(compact)).toEqual(normal)
      const seen = new Set<string>()
      for (const task of normal.dag.tasks) {
        expect(task.upstream.every((upstream) => seen.has(upstream))).toBe(true)
        seen.add(task.taskId)
      }
    }),
    { numRuns: 2000 },
  )
  expect(whole).toBeGreaterThan(200)
})

it('answers anything with a DAG or with problems, and never throws', () => {
  fc.assert(
    fc.property(
      fc.anything({ withNullPrototype: true, withDate: true, withMap: true, withBigInt: true }),
      fc.constantFrom('dagId', 'tasks', 'schedule', 'startDate', 'params', 'groups', 'defaultArgs', 'timezone', 'tags'),
      (value, field) => {
        const normal = normalDag({ dagId: 'd', tasks: [{ taskId: 'a', operator: 'empty' }], [field]: value })
        if (!normal.ok) expect(normal.problems.length).toBeGreaterThan(0)
        normalDag(value)
      },
    ),
    { numRuns: 2000 },
  )
})
