import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compactDag } from '../../../services/core/normal-compact.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'

const taskCount = 6

/** Ids of tasks before this one; now and then any, so that some DAGs are cyclic. */
const earlier = (i: number) =>
  fc.oneof({ weight: 40, arbitrary: fc.nat(Math.max(0, i - 1)) }, { weight: 1, arbitrary: fc.nat(taskCount - 1) }).map((n) => `t${n}`)

type AnyTask = { readonly taskId: string } & Readonly<Record<string, unknown>>

const anyTask = (i: number): fc.Arbitrary<AnyTask> =>
  fc
    .record(
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
        map: fc.oneof(
          fc.constantFrom(null, { inputs: { x: [1, 2] } }, { kind: 'each', records: [{ x: 1 }] }),
          i === 0 ? fc.constant(null) : earlier(i).map((task) => ({ kind: 'zip', inputs: { x: { task }, y: { literal: { k: 1 } } } })),
        ),
        mapIndexTemplate: fc.constantFrom(null, '{{ inputs.x }}'),
        setup: fc.constantFrom(false, false, false, true),
        teardown: fc.oneof(
          { weight: 4, arbitrary: fc.constant(null) },
          { weight: 1, arbitrary: earlier(i).map((task) => ({ setups: i === 0 ? [] : [task] })) },
        ),
      },
      { requiredKeys: ['taskId', 'operator', 'args'] },
    )
    .map(({ setup, teardown, ...task }) => (teardown ? { ...task, teardown } : { ...task, ...(setup === undefined ? {} : { setup }) }))

/** Groups a.b, mapped over t0 or not; every task but t0 moves into one of them, references included. */
const inGroups = (tasks: readonly AnyTask[], places: readonly number[], isMapped: boolean): object => {
  const groupOf = (taskId: string): string | null => [null, 'a', 'a.b'][taskId === 't0' ? 0 : (places[Number(taskId.slice(1))] ?? 0)] ?? null
  const idOf = (taskId: string): string => (groupOf(taskId) === null ? taskId : `${groupOf(taskId)}.${taskId}`)
  return {
    groups: [
      { groupId: 'a', ...(isMapped ? { map: { inputs: { item: { task: 't0' } } } } : {}) },
      { groupId: 'a.b', parent: 'a', tooltip: 'inner' },
    ],
    tasks: JSON.parse(
      JSON.stringify(
        tasks.map((task) => ({ ...task, groupId: groupOf(task.taskId), ...(isMapped && groupOf(task.taskId) !== null ? { map: null } : {}) })),
      ).replaceAll(/"(t\d)"/g, (_, taskId: string) => JSON.stringify(idOf(taskId))),
    ),
  }
}

const anyDag = fc.record(
  {
    dagId: fc.constantFrom('d', 'other.dag'),
    schedule: fc.constantFrom(null, '@daily', '10m', '@continuous', ['0 1 * * *', '0 2 * * *'], ['2024-01-01']),
    startDate: fc.constantFrom('2024-01-01', 0),
    catchup: fc.boolean(),
    timezone: fc.constantFrom('UTC', 'Europe/Berlin'),
    tags: fc.constantFrom([], ['x']),
    tasks: fc.tuple(...Array.from({ length: taskCount }, (_, i) => anyTask(i))).chain((tasks) => fc.shuffledSubarray(tasks, { minLength: taskCount })),
    failFast: fc.boolean(),
    keepRuns: fc.constantFrom(1, 10_000, '7d'),
    maxConsecutiveFailedRuns: fc.nat(3),
    params: fc.constantFrom({}, { n: { type: 'integer', default: 3 } }, { plain: [1] }),
  },
  { requiredKeys: ['dagId', 'tasks'] },
)

const anyGroupedDag = fc
  .tuple(anyDag, fc.option(fc.array(fc.nat(2), { minLength: taskCount, maxLength: taskCount })), fc.boolean())
  .map(([dag, places, isMapped]) => (places === null ? dag : { ...dag, ...inGroups(dag.tasks, places, isMapped) }))

it('what compactDag leaves out, normalDag puts back', () => {
  let whole = 0
  const seen = { maps: 0, mappedGroups: 0, teardowns: 0 }
  fc.assert(
    fc.property(anyGroupedDag, (json) => {
      const normal = normalDag(json)
      if (!normal.ok) return
      whole++
      if (normal.dag.tasks.some(({ map }) => map !== null)) seen.maps++
      if (normal.dag.groups.some(({ map }) => map !== null)) seen.mappedGroups++
      if (normal.dag.tasks.some(({ teardown }) => (teardown?.setups.length ?? 0) > 0)) seen.teardowns++
      const compact: unknown = JSON.parse(JSON.stringify(compactDag(normal.dag)))
      expect(normalDag(compact)).toEqual(normal)
      const before = new Set<string>()
      for (const task of normal.dag.tasks) {
        expect(task.upstream.every((upstream) => before.has(upstream))).toBe(true)
        before.add(task.taskId)
      }
    }),
    { numRuns: 2000 },
  )
  expect(whole).toBeGreaterThan(200)
  expect(Math.min(seen.maps, seen.mappedGroups, seen.teardowns)).toBeGreaterThan(20)
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
