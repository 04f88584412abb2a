import { expect, it } from 'vitest'
import { dataset } from '../../../services/sdk/datasets.ts'
import { makeDatasetExtras } from '../../../services/sdk/runtime/dataset-extras.ts'
import { taskOf } from '../../int/worker/fake-executor.ts'

const users = dataset('postgres://warehouse/users')
const task = taskOf({ operator: 'function', outlets: [users.uri, 's3://copy'], outletExtras: { [users.uri]: { table: 'users', rows: 0 } } })

it('begins with what the dataset says of itself; what the task attaches stands over it', () => {
  const extras = makeDatasetExtras(task)
  expect(extras.events()).toEqual([{ uri: users.uri, extra: '{"table":"users","rows":0}' }])
  extras.attach(users, { rows: 7 })
  extras.attach('s3://copy', { parts: 2 })
  expect(extras.events()).toEqual([
    { uri: users.uri, extra: '{"table":"users","rows":7}' },
    { uri: 's3://copy', extra: '{"parts":2}' },
  ])
})

it('refuses what is no outlet, no object, or too big, and says where', () => {
  const { attach } = makeDatasetExtras(task)
  expect(() => attach('s3://coppy', {})).toThrow(/not among the task's outlets.*s3:\/\/copy/)
  expect(() => attach('s3://copy', [] as never)).toThrow(/must be an object/)
  expect(() => attach('s3://copy', { text: 'x'.repeat(50_000) })).toThrow(/at most 49152/)
})
