/** What the editor says: compiled by `npx tsc -p test/tsconfig.json`, where an expected error that does not come is one. */
import { bash, chain, dag, empty, http, type Task, task } from 'millrace'
import { expect, expectTypeOf, it } from 'vitest'

interface User {
  readonly name: string
  readonly since: Date
}

it('types the results of tasks', () => {
  const made = dag('types', { schedule: '@daily' }, () => {
    const users = task('users', async (): Promise<User[]> => [])
    expectTypeOf(users).toEqualTypeOf<Task<{ readonly name: string; readonly since: string }[]>>()
    const count = task('count', { inputs: { users } }, ({ inputs }) => {
      // A Date has become text on its way through JSON.
      expectTypeOf(inputs.users[0]?.since).toEqualTypeOf<string | undefined>()
      // @ts-expect-error: there is no such input
      void inputs.user
      // @ts-expect-error: and no such field
      void inputs.users[0]?.nam
      return inputs.users.length
    })
    expectTypeOf(count).toEqualTypeOf<Task<number>>()
    const last = bash('last', 'echo 3')
    const filtered = http('filtered', { endpoint: '/', responseFilter: (response) => response.json<{ n: number }>() })
    task('both', { inputs: { count, last, filtered }, retries: 2 }, ({ inputs, logicalDate, ds, log }) => {
      expectTypeOf(inputs).toEqualTypeOf<{ readonly count: number; readonly last: string; readonly filtered: { n: number } }>()
      expectTypeOf(logicalDate).toEqualTypeOf<Date>()
      expectTypeOf(ds).toBeString()
      log.info('typed')
    })
    task('alone', ({ inputs }) => {
      // @ts-expect-error: this task has no inputs
      void inputs.users
    })
    chain(users, [last, filtered])
  })
  expect(made.taskIds).toHaveLength(6)
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
