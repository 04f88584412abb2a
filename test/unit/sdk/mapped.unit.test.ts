/** What instances of mapped tasks get, and what branches leave (SEMANTICS 3, 9). */
import { bash, branch, type Choices, empty, group, shortCircuit, task } from 'millrace'
import { describe, expect, it } from 'vitest'
import { type AttemptWorld, type RanAttempt, runLast } from '../../support/attempts.ts'

const value = ({ outcome }: RanAttempt): unknown => {
  if (outcome.kind !== 'succeeded') throw new Error(JSON.stringify(outcome))
  const json = outcome.xcoms.find(({ key }) => key === 'return_value')?.value
  return json === undefined ? undefined : JSON.parse(json)
}
const failure = ({ outcome }: RanAttempt): string => (outcome.kind === 'failed' ? outcome.error.message : JSON.stringify(outcome))
const at = (mapIndex: number, world: AttemptWorld = {}): AttemptWorld => ({ ...world, context: { mapIndex } })

describe('an instance of a mapped task', () => {
  const crossed = (): void => void task.map('t', { a: [1, 2], b: { x: 10, y: 20 } }, ({ inputs }) => [inputs.a, ...inputs.b])

  it.each([
    [0, [1, 'x', 10]],
    [1, [1, 'y', 20]],
    [2, [2, 'x', 10]],
    [3, [2, 'y', 20]],
  ])('%i of a cross product gets %j', async (mapIndex, items) => {
    expect(value(await runLast(crossed, at(mapIndex)))).toEqual(items)
  })

  it('gets items of a result, also one in the XCom store, beside its other inputs', async () => {
    const build = (): void => {
      const [rows, factor] = [task('rows', () => [5, 6, 7]), task('factor', () => 10)]
      task.map('t', { row: rows }, { inputs: { factor } }, ({ inputs }) => inputs.row * inputs.factor)
    }
    expect(value(await runLast(build, at(2, { xcoms: { rows: [5, 6, 7], factor: 10 } })))).toBe(70)
    const stored = { rows: { $xcom: 'big' }, factor: 10 }
    expect(failure(await runLast(build, at(0, { xcoms: stored })))).toMatch(/mapped over the result of 'rows', which is no list or record but "from the store"/)
  })

  it('gets pairs, records, and a record of its own', async () => {
    const paired = (): void => void task.zip('t', { a: [1, 2, 3], b: ['x', 'y'] }, ({ inputs }) => [inputs.a, inputs.b])
    expect(value(await runLast(paired, at(1)))).toEqual([2, 'y'])
    const each = (): void => void task.mapEach('t', [{ a: 1 }, { a: 2 }], ({ inputs }) => inputs.a)
    expect(value(await runLast(each, at(1)))).toBe(2)
    const method = (): void => void task('t', ({ inputs }: { inputs: { a: number } }) => inputs.a).map({ a: [4] })
    expect(value(await runLast(method, at(0)))).toBe(4)
  })

  it('says when its item is gone, or is no record', async () => {
    const build = (): void => void task.map('t', { row: task('rows', () => [1]) }, ({ inputs }) => inputs.row)
    expect(failure(await runLast(build, at(1, { xcoms: { rows: [1] } })))).toMatch(/no item for map index 1: .* has become shorter/)
    const each = (): void =>
      void task.mapEach(
        't',
        task('rows', () => [{ a: 1 }]),
        ({ inputs }) => inputs.a,
      )
    expect(failure(await runLast(each, at(0, { xcoms: { rows: [3] } })))).toMatch(/mapEach needs records, but item 0 of the result of 'rows' is 3/)
  })

  it('of bash has its items in templates, and as arguments', async () => {
    const inTemplate = (): void => void bash('t', 'echo {{ inputs.name }}-{{ ti.map_index }}').map({ name: ['Ada', 'Grace'] })
    expect(value(await runLast(inTemplate, at(1)))).toBe('Grace-1')
    const asArgument = (): void => void bash('t', 'false').map({ command: ['echo {{ ds }}'] })
    const ran = await runLast(asArgument, at(0))
    expect(value(ran)).toBe('2024-01-02')
    expect(ran.rendered).toEqual({ command: 'echo 2024-01-02' })
  })

  it('of bash is told when an item cannot be that argument', async () => {
    const build = (): void => void bash('t', 'false').map({ command: [{ not: 'text' }] })
    expect(failure(await runLast(build, at(0)))).toBe('task \'t\': its item \'command\' must be text that is not empty, not {"not":"text"}')
  })

  it('never reads a result as a template', async () => {
    const build = (): void => {
      const commands = task('commands', () => [''])
      bash('t', 'false').map({ command: commands })
    }
    expect(value(await runLast(build, at(0, { xcoms: { commands: ["echo '{{ ds }}'"] } })))).toBe('{{ ds }}')
  })

  it('has a name', async () => {
    const build = (): void => void task.map('t', { name: ['Ada', 'Grace'] }, { mapIndexTemplate: '{{ inputs.name }} {{ ds }}' }, () => 1)
    const ran = await runLast(build, at(1))
    expect(ran.rendered).toEqual({ map_index: 'Grace 2024-01-02' })
    expect(ran.log).toContain('info map index 1 is Grace 2024-01-02')
  })
})

it('an instance that returns nothing leaves null: its place in the list', async () => {
  expect(value(await runLast(() => void task.map('t', { a: [1] }, () => {}), at(0)))).toBeNull()
})

describe('behind a mapped task', () => {
  const mapped = { m: ['a', undefined, 'c'] }

  it('results are a list in order, without those that left none', async () => {
    const build = (): void => {
      const m = task.map('m', { n: [1, 2, 3] }, ({ inputs }) => String(inputs.n))
      task('t', { inputs: { m } }, async ({ inputs, xcom }) => [inputs.m, await xcom.pull(m)])
    }
    expect(value(await runLast(build, { mapped }))).toEqual([
      ['a', 'c'],
      ['a', 'c'],
    ])
    expect(value(await runLast(build))).toEqual([[], []])
  })

  it('another one may be mapped over the list', async () => {
    const build = (): void => void task.map('t', { m: task.map('m', { n: [1, 2, 3] }, ({ inputs }) => String(inputs.n)) }, ({ inputs }) => inputs.m)
    expect(value(await runLast(build, at(1, { mapped })))).toBe('c')
  })

  it('in the same mapped group, index i meets index i', async () => {
    const build = (): void => {
      const names = task('names', () => ['x', 'y'])
      group.map('g', { name: names }, ({ name }) => {
        const first = task('first', { inputs: { label: name } }, ({ inputs }) => inputs.label)
        task('second', { inputs: { first, name } }, ({ inputs }) => `${inputs.first} of ${inputs.name}`)
      })
    }
    const world = { xcoms: { names: ['x', 'y'] }, mapped: { 'g.first': ['one', 'two'] } }
    expect(value(await runLast(build, at(1, world)))).toBe('two of y')
  })
})

describe('the length of a result', () => {
  it.each<[unknown, number | null]>([
    [[1, 2, 3], 3],
    [[], 0],
    [{ a: 1, b: undefined }, 1],
    ['abc', null],
    [7, null],
    [null, null],
    [undefined, null],
    [new Date(0), null],
    [{ toJSON: () => [1, 2] }, 2],
  ])('%j: %s', async (result, length) => {
    expect((await runLast(() => void task('t', () => result))).outcome).toMatchObject({ kind: 'succeeded', resultLength: length })
  })
})

describe('a branch', () => {
  const choosing = (choices: () => unknown) => (): void => {
    empty('a')
    group('g', () => void empty('b'))
    branch('t', choices as () => Choices)
  }
  const chosen = async (choices: () => unknown): Promise<unknown> => {
    const { outcome } = await runLast(choosing(choices))
    return outcome.kind === 'succeeded' ? outcome.chosen : failure({ outcome } as RanAttempt)
  }

  it('chooses ids, one or several, a group, or none', async () => {
    expect(await chosen(() => 'a')).toEqual(['a'])
    expect(await chosen(() => ['a', 'g', 'a'])).toEqual(['a', 'g'])
    expect(await chosen(async () => 'g.b')).toEqual(['g.b'])
    expect(await chosen(() => null)).toEqual([])
    expect(await chosen(() => [])).toEqual([])
  })

  it('chooses tasks and groups themselves', async () => {
    const { outcome } = await runLast(() => {
      const a = empty('a')
      const g = group('g', () => void empty('b'))
      branch('t', () => [a, g])
    })
    expect(outcome).toMatchObject({ kind: 'succeeded', chosen: ['a', 'g'] })
  })

  it('fails on what is not there', async () => {
    expect(await chosen(() => 'c')).toMatch(/branch 't' chose 'c': the DAG has no such task or group/)
    expect(await chosen(() => undefined)).toMatch(/returned nothing/)
    expect(await chosen(() => 3)).toMatch(/returned 3/)
  })
})

it.each([
  [true, null],
  ['rows', null],
  [0, []],
  ['', []],
  [null, []],
  [undefined, []],
])('a short circuit that returns %j chooses %j', async (result, chosen) => {
  expect((await runLast(() => void shortCircuit('t', () => result))).outcome).toMatchObject({ kind: 'succeeded', chosen })
})
