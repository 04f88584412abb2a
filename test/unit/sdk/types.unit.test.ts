/** What the editor says: compiled by `npx tsc -p test/tsconfig.json`, where an expected error that does not come is one. */
import {
  bash,
  branch,
  chain,
  dag,
  empty,
  type Group,
  group,
  http,
  type Item,
  type MappableTask,
  type MappedContext,
  shortCircuit,
  type Task,
  task,
} from 'millrace'
import { expect, expectTypeOf, it } from 'vitest'

interface User {
  readonly name: string
  readonly since: Date
}

it('types the results of tasks', () => {
  const made = dag('types', { schedule: '@daily' }, () => {
    const users = task('users', async (): Promise<User[]> => [])
    expectTypeOf(users).toEqualTypeOf<MappableTask<{ readonly name: string; readonly since: string }[]>>()
    const count = task('count', { inputs: { users } }, ({ inputs }) => {
      // A Date has become text on its way through JSON.
      expectTypeOf(inputs.users[0]?.since).toEqualTypeOf<string | undefined>()
      // @ts-expect-error: there is no such input
      void inputs.user
      // @ts-expect-error: and no such field
      void inputs.users[0]?.nam
      return inputs.users.length
    })
    expectTypeOf(count).toEqualTypeOf<MappableTask<number>>()
    const last = bash('last', 'echo 3')
    const filtered = http('filtered', { endpoint: '/', responseFilter: (response) => response.json<{ n: number }>() })
    task('both', { inputs: { count, last, filtered }, retries: 2 }, ({ inputs, logicalDate, ds, log }) => {
      expectTypeOf(inputs).toEqualTypeOf<{ readonly count: number; readonly last: string; readonly filtered: { n: number } }>()
      expectTypeOf(logicalDate).toEqualTypeOf<Date>()
      expectTypeOf(ds).toBeString()
      log.info('typed')
    })
    task('param', { inputs: { count } }, ({ params }) => params.n)
    task('alone', ({ inputs }) => {
      // @ts-expect-error: this task has no inputs
      void inputs.users
    })
    chain(users, [last, filtered])
  })
  expect(made.taskIds).toHaveLength(7)
})

it('refuses wrong options', () => {
  const never = (): void => {
    // @ts-expect-error: no such option
    empty('a', { retires: 3 })
    // @ts-expect-error: a number
    empty('a', { retries: '3' })
    // @ts-expect-error: no such rule
    empty('a', { triggerRule: 'all' })
    // @ts-expect-error: no such option of bash
    bash('a', 'true', { environment: {} })
    // @ts-expect-error: no such option of a function's task
    task('a', { input: {} }, () => 1)
    // @ts-expect-error: an input is a task
    task('a', { inputs: { x: 3 } }, () => 1)
    // @ts-expect-error: no such method
    http('a', { endpoint: '/', method: 'FETCH' })
    // @ts-expect-error: no such option of a DAG
    dag('a', { scheduleInterval: '@daily' }, () => {})
    // @ts-expect-error: no such default argument
    dag('a', { defaultArgs: { retires: 1 } }, () => {})
    // @ts-expect-error: only tasks
    chain(empty('a'), 'b')
  }
  expect(never).toBeTypeOf('function')
})

it('types what mapped tasks get, and the lists behind them', () => {
  const made = dag('mapped_types', () => {
    const names = task('names', () => ['a', 'b'])
    const prices = task('prices', () => ({ apples: 3, bread: 4 }))
    const users = task('users', (): User[] => [])

    const crossed = task.map('crossed', { n: [1, 2], name: names, price: prices, pair: { x: true } }, ({ inputs, ds }) => {
      expectTypeOf(inputs.n).toEqualTypeOf<1 | 2>()
      expectTypeOf(inputs.name).toEqualTypeOf<string>()
      expectTypeOf(inputs.price).toEqualTypeOf<readonly [string, number]>()
      expectTypeOf(inputs.pair).toEqualTypeOf<readonly [string, true]>()
      expectTypeOf(ds).toBeString()
      // @ts-expect-error: there is no such item
      void inputs.nam
      return inputs.n
    })
    expectTypeOf(crossed).toEqualTypeOf<Task<readonly (1 | 2)[]>>()

    task.zip('paired', { name: names }, { inputs: { prices }, retries: 1 }, ({ inputs }) => {
      expectTypeOf(inputs.name).toEqualTypeOf<string>()
      expectTypeOf(inputs.prices).toEqualTypeOf<{ apples: number; bread: number }>()
    })
    const each = task.mapEach('each', users, ({ inputs }) => {
      expectTypeOf(inputs.since).toEqualTypeOf<string>()
      if (inputs.name === '') return
      return inputs.name
    })
    // One that returns nothing has its place in the list.
    expectTypeOf(each).toEqualTypeOf<Task<readonly (string | null)[]>>()

    // Behind it, its result is a list, also as a source.
    task.map('again', { one: crossed }, { inputs: { all: crossed } }, ({ inputs }) => {
      expectTypeOf(inputs.one).toEqualTypeOf<1 | 2>()
      expectTypeOf(inputs.all).toEqualTypeOf<readonly (1 | 2)[]>()
    })

    const declared = task('declared', ({ inputs }: MappedContext<{ name: string; n: number }>) => inputs.name.repeat(inputs.n)).map({ name: names, n: [1, 2] })
    expectTypeOf(declared).toEqualTypeOf<Task<readonly string[]>>()
    const beside = task('beside', { inputs: { prices } }, ({ inputs }: MappedContext<{ prices: { apples: number }; name: string }>) => inputs.prices.apples)
    beside.map({ name: names })
    bash('any', 'echo {{ inputs.x }}').map({ x: [1], y: names })
  })
  expect(made.taskIds).toHaveLength(10)
})

it('types groups, their items, and what comes out of them', () => {
  dag('group_types', () => {
    const plain = group('plain', () => task('a', () => 1))
    expectTypeOf(plain).toEqualTypeOf<Group<MappableTask<number>>>()
    const mapped = group.map('mapped', { n: [1, 2], name: task('names', () => ['x']) }, ({ n, name }) => {
      expectTypeOf(n).toEqualTypeOf<Item<1 | 2>>()
      const first = task('first', { inputs: { n, label: name } }, ({ inputs }) => {
        expectTypeOf(inputs).toEqualTypeOf<{ readonly n: 1 | 2; readonly label: string }>()
        return inputs.label
      })
      return { first, count: 3 }
    })
    expectTypeOf(mapped.made.first).toEqualTypeOf<Task<readonly string[]>>()
    expectTypeOf(mapped.made.count).toBeNumber()
    const each = group.mapEach('each', [{ name: 'x', shops: 3 }], ({ shops }) => task('t', { inputs: { shops } }, ({ inputs }) => inputs.shops))
    expectTypeOf(each.made).toEqualTypeOf<Task<readonly number[]>>()
    chain(plain, [mapped, each], empty('end'))
    const setup = empty('setup').asSetup()
    expectTypeOf(setup).toEqualTypeOf<MappableTask<undefined>>()
    setup.before(empty('down').asTeardown({ setups: setup, onFailureFailDagrun: true }))
  })
})

it('refuses wrong maps, groups and choices', () => {
  const never = (): void => {
    const names = task('names', () => ['a'])
    const greet = task('greet', ({ inputs }: MappedContext<{ name: string }>) => inputs.name)
    // @ts-expect-error: it needs a name
    greet.map({ nam: ['a'] })
    // @ts-expect-error: texts
    greet.map({ name: [1, 2] })
    // @ts-expect-error: a task that returns texts
    greet.map({ name: task('numbers', () => [1]) })
    // @ts-expect-error: records with a name
    greet.mapEach([{ nam: 'a' }])
    // @ts-expect-error: mapped already
    greet.map({ name: names }).map({ name: names })
    // @ts-expect-error: neither a list nor a record
    bash('b', 'x').map({ n: 3 })
    // @ts-expect-error: records
    task.mapEach('each', [1, 2], () => 1)
    // @ts-expect-error: no such option
    group('g', { prefix: 'x' }, () => {})
    // @ts-expect-error: no such default argument
    group('g', { defaultArgs: { retires: 1 } }, () => {})
    // @ts-expect-error: there is no such item
    group.map('g', { n: [1] }, ({ m }) => void m)
    // @ts-expect-error: an id, a task or a group
    branch('choose', () => 3)
    // @ts-expect-error: it must choose, if only null
    branch('choose', () => {})
    // @ts-expect-error: true or false
    shortCircuit('stop', { ignoreDownstreamTriggerRules: 1 }, () => true)
    // @ts-expect-error: setups are tasks
    empty('t').asTeardown({ setups: 'make' })
    // @ts-expect-error: no such option
    dag('a', { failfast: true }, () => {})
  }
  expect(never).toBeTypeOf('function')
})
