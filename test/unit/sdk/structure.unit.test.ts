/** Branches, groups, maps, setups and teardowns as their authors write them (SEMANTICS 3, 9). */
import { bash, branch, chain, type DagOptions, dag, empty, group, latestOnly, shortCircuit, task } from 'millrace'
import { describe, expect, it } from 'vitest'
import type { DagDefinition } from '../../../services/core/dag.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'

const definitionOf = (build: () => void, options: DagOptions = {}): DagDefinition => {
  const normal = normalDag(dag('d', options, build).spec())
  if (!normal.ok) throw new Error(JSON.stringify(normal.problems))
  return normal.dag
}

/** `{ task: upstreams }` */
const shape = (build: () => void): Record<string, readonly string[]> =>
  Object.fromEntries(definitionOf(build).tasks.map((each) => [each.taskId, each.upstream.toSorted()]))

const taskOf = (definition: DagDefinition, taskId: string) => definition.tasks.find((each) => each.taskId === taskId)

describe('a group', () => {
  it('is the prefix of the ids in it, and gives default arguments', () => {
    const definition = definitionOf(
      () => {
        group('load', { tooltip: 'Loads', defaultArgs: { retries: 2, queue: 'big' } }, () => {
          empty('start')
          group('inner', { defaultArgs: { queue: 'small' } }, () => void empty('deep', { retries: 5 }))
        })
      },
      { defaultArgs: { owner: 'data', retries: 1 } },
    )
    expect(definition.groups).toEqual([
      { groupId: 'load', parent: null, tooltip: 'Loads', map: null },
      { groupId: 'load.inner', parent: 'load', tooltip: null, map: null },
    ])
    expect(taskOf(definition, 'load.start')).toMatchObject({ groupId: 'load', retries: 2, queue: 'big', owner: 'data' })
    expect(taskOf(definition, 'load.inner.deep')).toMatchObject({ groupId: 'load.inner', retries: 5, queue: 'small' })
  })

  it('is reached at its roots and leaves by before, after and chain', () => {
    expect(
      shape(() => {
        const first = group('g', () => {
          const [a, b, c] = [empty('a'), empty('b'), empty('c')]
          a.before(b, c)
        })
        const second = group('h', () => {
          chain(
            empty('x'),
            group('i', () => void empty('y')),
          )
        })
        const [start, end] = [empty('start'), empty('end')]
        chain(start, first, second)
        second.before(end)
        first.after(empty('other'))
      }),
    ).toEqual({
      start: [],
      other: [],
      'g.a': ['other', 'start'],
      'g.b': ['g.a'],
      'g.c': ['g.a'],
      'h.x': ['g.b', 'g.c'],
      'h.i.y': ['h.x'],
      end: ['h.i.y'],
    })
  })

  it('does not keep what is behind it waiting for its teardowns', () => {
    expect(
      shape(() => {
        const inner = group('g', () => {
          const setup = empty('setup')
          const work = empty('work')
          chain(setup, work, empty('teardown').asTeardown({ setups: setup }))
        })
        inner.before(empty('end'))
      }).end,
    ).toEqual(['g.work'])
  })

  it('hands out what its function returned', () => {
    expect(
      shape(() => {
        const load = group('load', () => ({ rows: task('rows', () => [1]) }))
        task('count', { inputs: { rows: load.made.rows } }, ({ inputs }) => inputs.rows.length)
      }).count,
    ).toEqual(['load.rows'])
  })

  it.each<[string, () => void, RegExp]>([
    ['without tasks in an order', () => group('g', () => {}).before(empty('a')), /group 'g' has no tasks/],
    ['twice', () => [group('g', () => {}), group('g', () => {})], /has a task or group with the id 'g' already/],
    ['with a bad id', () => group('a b', () => {}), /group id "a b" has characters/],
    ['that is async', () => group('g', async () => {}), /group 'g': the build function is async/],
    ['with an unknown option', () => group('g', { prefix: 1 } as object, () => {}), /there is no option 'prefix'/],
    ['with a wrong default argument', () => group('g', { defaultArgs: { retires: 1 } as object }, () => {}), /did you mean 'retries'/],
  ])('%s is refused', (_, build, message) => {
    expect(() => dag('d', build)).toThrow(message)
  })
})

describe('a map', () => {
  it('takes lists, records and results, crossed, paired or as records', () => {
    const definition = definitionOf(() => {
      const upstream = task('upstream', () => [1, 2])
      bash('crossed', 'echo').map({ a: [1, 2], b: { x: 1 }, c: upstream })
      bash('paired', 'echo').zip({ a: [1, 2], b: upstream })
      bash('each', 'echo').mapEach([{ command: 'ls' }])
      bash('named', 'echo', { mapIndexTemplate: '{{ inputs.a }}' }).mapEach(upstream as never)
    })
    expect(taskOf(definition, 'crossed')).toMatchObject({
      upstream: ['upstream'],
      map: { kind: 'cross', inputs: { a: { literal: [1, 2] }, b: { literal: { x: 1 } }, c: { task: 'upstream' } } },
    })
    expect(taskOf(definition, 'paired')?.map).toEqual({ kind: 'zip', inputs: { a: { literal: [1, 2] }, b: { task: 'upstream' } } })
    expect(taskOf(definition, 'each')?.map).toEqual({ kind: 'each', records: { literal: [{ command: 'ls' }] } })
    expect(taskOf(definition, 'named')).toMatchObject({ map: { kind: 'each', records: { task: 'upstream' } }, mapIndexTemplate: '{{ inputs.a }}' })
  })

  it('of a group stands above its roots alone', () => {
    const definition = definitionOf(() => {
      const files = task('files', () => ['a', 'b'])
      const sizes = group.map('per_file', { file: files }, ({ file }) => {
        const read = task('read', { inputs: { file } }, ({ inputs }) => inputs.file.length)
        return task('size', { inputs: { read } }, ({ inputs }) => inputs.read)
      })
      task('sum', { inputs: { sizes: sizes.made } }, ({ inputs }) => inputs.sizes.reduce((a, b) => a + b, 0))
    })
    expect(definition.groups[0]?.map).toEqual({ kind: 'cross', inputs: { file: { task: 'files' } } })
    expect(definition.tasks.map(({ taskId, upstream }) => [taskId, upstream])).toEqual([
      ['files', []],
      ['per_file.read', ['files']],
      ['per_file.size', ['per_file.read']],
      ['sum', ['per_file.size']],
    ])
  })

  it.each<[string, () => void, RegExp]>([
    ['over nothing', () => bash('a', 'x').map({}), /name what it is mapped over/],
    ['over a number', () => bash('a', 'x').map({ n: 3 as never }), /'n': it is mapped over a list, a record, or a task/],
    ['over what is no JSON', () => bash('a', 'x').map({ n: [1, () => 2] }), /'n', \[1\]: must be JSON/],
    ['twice', () => (bash('a', 'x').map({ n: [1] }) as never as { map(x: object): void }).map({ m: [1] }), /is mapped already/],
    ['in a mapped group', () => group.map('g', { n: [1] }, () => void group.map('h', { m: [1] }, () => {})), /no mapping inside a mapped group/],
    [
      'whose item is used outside',
      () => {
        let leaked: unknown
        group.map('g', { n: [1] }, ({ n }) => {
          leaked = n
        })
        task('t', { inputs: { n: leaked as never } }, () => 1)
      },
      /only tasks of that group have it/,
    ],
  ])('%s is refused', (_, build, message) => {
    expect(() => dag('d', build)).toThrow(message)
  })
})

describe('setup and teardown', () => {
  it('are marked, and the teardown stands behind its setups', () => {
    const definition = definitionOf(
      () => {
        const cluster = bash('cluster', 'up')
        chain(cluster, bash('work', 'do'), bash('down', 'down').asTeardown({ setups: cluster, onFailureFailDagrun: true }))
      },
      { defaultArgs: { triggerRule: 'all_success' } },
    )
    expect(taskOf(definition, 'cluster')).toMatchObject({ setup: true, teardown: null })
    expect(taskOf(definition, 'down')).toMatchObject({
      setup: false,
      teardown: { setups: ['cluster'], onFailureFailDagrun: true },
      triggerRule: 'all_done_setup_success',
      upstream: ['cluster', 'work'],
    })
  })

  it('have no rule of their own', () => {
    expect(() => dag('d', () => void empty('a', { triggerRule: 'all_done' }).asTeardown())).toThrow(/leave triggerRule out of a teardown/)
    expect(() => dag('d', () => void empty('a').asTeardown({ setups: 'b' as never }))).toThrow(/'setups' must be a task, or a list of tasks/)
  })
})

it('branches, short circuits and latest only are operators', () => {
  const definition = definitionOf(() => {
    branch('choose', () => null)
    shortCircuit('stop', { ignoreDownstreamTriggerRules: false }, () => true)
    latestOnly('latest')
  })
  expect(definition.tasks.map(({ operator, needsCode, args }) => ({ operator, needsCode, args }))).toEqual([
    { operator: 'branch', needsCode: true, args: {} },
    { operator: 'short_circuit', needsCode: true, args: { ignoreDownstreamTriggerRules: false } },
    { operator: 'latest_only', needsCode: false, args: {} },
  ])
})

it('options of the DAG reach its definition', () => {
  const params = { n: { type: 'integer', default: 3, minimum: 1 }, table: 'users' }
  expect(definitionOf(() => void empty('a'), { params, failFast: true, maxConsecutiveFailedRuns: 4, keepRuns: '7d' })).toMatchObject({
    params,
    failFast: true,
    maxConsecutiveFailedRuns: 4,
    keepRuns: '7d',
  })
})
