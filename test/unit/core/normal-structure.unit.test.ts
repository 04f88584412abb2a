/** Groups, maps, setups, teardowns and fail fast as data: what normal-dag takes, completes and refuses (SEMANTICS 2, 9). */
import { describe, expect, it } from 'vitest'
import type { DagDefinition } from '../../../services/core/dag.ts'
import { compactDag } from '../../../services/core/normal-compact.ts'
import { adoptedDag, normalDag } from '../../../services/core/normal-dag.ts'

const task = (taskId: string, over: object = {}): object => ({ taskId, operator: 'bash', args: { command: 'true' }, ...over })
const spec = (tasks: readonly object[], over: object = {}): object => ({ dagId: 'd', tasks, ...over })

const good = (json: unknown): DagDefinition => {
  const normal = normalDag(json)
  if (!normal.ok) throw new Error(JSON.stringify(normal.problems))
  expect(normalDag(JSON.parse(JSON.stringify(compactDag(normal.dag))))).toEqual(normal)
  return normal.dag
}
const problems = (json: unknown): readonly string[] => {
  const normal = normalDag(json)
  return normal.ok ? [] : normal.problems.map(({ path, message }) => `${path}: ${message}`)
}

const mapped = (sources: object, over: object = {}): object => task('m', { map: { inputs: sources }, ...over })

describe('maps', () => {
  it('are completed: their tasks are upstream, a bare list is a literal, cross is the kind', () => {
    const dag = good(spec([task('a'), task('b'), mapped({ x: { task: 'a' }, y: [1, 2], z: { literal: { k: 1 } } }, { upstream: ['b'] })]))
    expect(dag.tasks.at(-1)).toMatchObject({
      upstream: ['b', 'a'],
      map: { kind: 'cross', inputs: { x: { task: 'a' }, y: { literal: [1, 2] }, z: { literal: { k: 1 } } } },
    })
  })

  it('of records', () => {
    expect(good(spec([task('m', { map: { kind: 'each', records: [{ command: 'ls' }] }, args: {} })])).tasks[0]?.map).toEqual({
      kind: 'each',
      records: { literal: [{ command: 'ls' }] },
    })
  })

  it.each<[string, object, RegExp]>([
    ['no object', task('m', { map: 3 }), /^tasks\.m\.map: must be an object such as/],
    ['an unknown kind', task('m', { map: { kind: 'product', inputs: { x: [1] } } }), /map\.kind: must be one of cross, zip, each, not "product"/],
    ['an unknown field', task('m', { map: { input: { x: [1] } } }), /map\.input: there is no field 'input' here; did you mean 'inputs'/],
    ['no inputs', mapped({}), /map\.inputs: must be an object with at least one input/],
    ['a number', mapped({ x: 3 }), /map\.inputs\.x: must be a list, \{ literal/],
    ['a bad name', mapped({ 'a-b': [1] }), /'a-b' is no name for an input/],
    ['an unknown task', mapped({ x: { task: 'mm' } }), /^tasks\.m\.map: the DAG has no task 'mm'/],
    ['itself', mapped({ x: { task: 'm' } }), /wait for each other in a circle: m -> m/],
    ['too many', mapped({ x: Array(40).fill(1), y: Array(40).fill(1) }), /makes 1600 instances, at most 1024/],
    ['no records', task('m', { map: { kind: 'each', records: [1] } }), /map\.records: must be a list of records/],
    ['always', mapped({ x: { task: 'a' } }, { triggerRule: 'always' }), /cannot be 'always' where a task is mapped over a result/],
  ])('refuse %s', (_, one, message) => {
    expect(problems(spec([task('a'), one]))).toEqual([expect.stringMatching(message)])
  })
})

describe('groups', () => {
  const groups = [{ groupId: 'g' }, { groupId: 'g.h', parent: 'g', tooltip: 'inner' }]

  it('nest, and are kept', () => {
    const dag = good(spec([task('g.a', { groupId: 'g' }), task('g.h.b', { groupId: 'g.h' })], { groups }))
    expect(dag.groups).toEqual([
      { groupId: 'g', parent: null, tooltip: null, map: null },
      { groupId: 'g.h', parent: 'g', tooltip: 'inner', map: null },
    ])
    expect(dag.tasks.map(({ groupId }) => groupId)).toEqual(['g', 'g.h'])
  })

  it('that are mapped come behind what they are mapped over, nested or not', () => {
    const tasks = [task('s'), task('g.a', { groupId: 'g' }), task('g.h.b', { groupId: 'g.h' }), task('g.c', { groupId: 'g', upstream: ['g.a', 'g.h.b'] })]
    const dag = good(spec(tasks, { groups: [{ groupId: 'g', map: { inputs: { x: { task: 's' } } } }, groups[1]] }))
    expect(dag.tasks.map(({ taskId, upstream }) => [taskId, upstream])).toEqual([
      ['s', []],
      ['g.a', ['s']],
      ['g.h.b', ['s']],
      ['g.c', ['g.a', 'g.h.b']],
    ])
  })

  it.each<[string, readonly object[], readonly object[], RegExp]>([
    ['a task of none', [task('x.a', { groupId: 'x' })], groups, /tasks\.x\.a\.groupId: there is no group 'x'/],
    ['a task without the prefix', [task('a', { groupId: 'g' })], groups, /write 'g\.a'/],
    ['a group without the prefix', [task('a')], [{ groupId: 'g' }, { groupId: 'h', parent: 'g' }], /groups\[1\]\.groupId: must begin .* write 'g\.h'/],
    ['a group with the id of a task', [task('g')], groups, /there is a task with the id 'g', too/],
    ['two with an id', [task('a')], [{ groupId: 'g' }, { groupId: 'g' }], /two groups with the id 'g'/],
    [
      'a map in a map',
      [task('g.a', { groupId: 'g', map: { inputs: { x: [1] } } })],
      [{ groupId: 'g', map: { inputs: { x: [1] } } }],
      /no mapping inside a mapped/,
    ],
    [
      'a mapped group in one',
      [task('a')],
      [
        { groupId: 'g', map: { inputs: { x: [1] } } },
        { ...groups[1], map: { inputs: { x: [1] } } },
      ],
      /no mapping inside a mapped/,
    ],
    ['a map over its own task', [task('g.a', { groupId: 'g' })], [{ groupId: 'g', map: { inputs: { x: { task: 'g.a' } } } }], /stands in the group itself/],
    [
      'a map over no task',
      [task('g.a', { groupId: 'g' })],
      [{ groupId: 'g', map: { inputs: { x: { task: 's' } } } }],
      /groups\[0\]\.map: the DAG has no task 's'/,
    ],
    ['an unknown field', [task('a')], [{ groupId: 'g', map: { inputs: { x: 1 } } }], /groups\[0\]\.map\.inputs\.x: must be a list/],
  ])('refuse %s', (_, tasks, given, message) => {
    expect(problems(spec(tasks, { groups: given }))[0]).toMatch(message)
  })
})

describe('setups and teardowns', () => {
  const setup = task('s', { setup: true })

  it('are completed: setups are upstream, and the rule is their own', () => {
    const dag = good(spec([setup, task('t', { teardown: { setups: ['s'] } })], { defaultArgs: { triggerRule: 'none_failed' } }))
    expect(dag.tasks.at(-1)).toMatchObject({
      upstream: ['s'],
      triggerRule: 'all_done_setup_success',
      teardown: { setups: ['s'], onFailureFailDagrun: false },
    })
  })

  it.each<[string, readonly object[], RegExp]>([
    ['a teardown of no task', [task('t', { teardown: { setups: ['x'] } })], /teardown\.setups: the DAG has no task 'x'/],
    ['a teardown of no setup', [task('a'), task('t', { teardown: { setups: ['a'] } })], /task 'a' is no setup/],
    ['both in one', [task('t', { setup: true, teardown: {} })], /a setup or a teardown, not both/],
    ['a rule of its own', [task('t', { teardown: {}, triggerRule: 'all_done' })], /tasks\.t\.triggerRule: leave it out/],
    [
      'another rule directly behind a setup',
      [setup, task('a', { upstream: ['s'], triggerRule: 'all_done' })],
      /must be all_success directly behind the setup 's'/,
    ],
    ['no object', [task('t', { teardown: 's' })], /tasks\.t\.teardown: must be an object such as/],
    ['an unknown field', [task('t', { teardown: { setup: ['s'] } })], /there is no field 'setup' here; did you mean 'setups'/],
  ])('refuse %s', (_, tasks, message) => {
    expect(problems(spec(tasks))[0]).toMatch(message)
  })
})

it('failFast wants all_success everywhere, as in Airflow', () => {
  expect(good(spec([task('s', { setup: true }), task('t', { teardown: { setups: ['s'] } })], { failFast: true })).failFast).toBe(true)
  expect(problems(spec([task('a', { triggerRule: 'all_done' })], { failFast: true }))).toEqual([
    "tasks.a.triggerRule: must be all_success in a DAG with failFast, not 'all_done'",
  ])
})

it('a definition of an older release is adopted with the defaults', () => {
  const old = { dagId: 'd', tasks: [{ taskId: 'a', operator: 'empty' }], groups: [{ groupId: 'x' }], maxConsecutiveFailedRuns: -1 }
  expect(adoptedDag(old)).toMatchObject({ failFast: false, maxConsecutiveFailedRuns: 0, tasks: [{ map: null, setup: false, teardown: null, groupId: null }] })
})
