import { expect, test } from 'vitest'
import { normalDag } from '../../../services/core/normal-dag.ts'
import { onlyTask } from '../../../services/dev/dag-test/only-task.ts'

const dagOf = (tasks: readonly object[]) => {
  const parsed = normalDag({ dagId: 'd', tasks })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.dag
}

const dag = dagOf([
  { taskId: 'a', operator: 'function' },
  { taskId: 'b', operator: 'function', upstream: ['a'], retries: 3, triggerRule: 'all_failed' },
  { taskId: 'm', operator: 'function', upstream: ['a'], map: { kind: 'cross', inputs: { n: { literal: [1, 2] } } } },
  { taskId: 'n', operator: 'function', upstream: ['a'], map: { kind: 'cross', inputs: { n: { task: 'a' } } } },
  { taskId: 'i', operator: 'function', inputs: { said: 'a' }, needsCode: true },
])

test('a task alone waits for nothing and is tried once', () => {
  expect(onlyTask(dag, 'b').tasks).toMatchObject([{ taskId: 'b', upstream: [], retries: 0, triggerRule: 'all_success' }])
  expect(onlyTask(dag, 'm').tasks[0]?.map).toEqual({ kind: 'cross', inputs: { n: { literal: [1, 2] } } })
})

test('nor for the tasks whose results are its inputs: the run reads its definition again', () => {
  const again = normalDag(JSON.parse(JSON.stringify(onlyTask(dag, 'i'))))
  expect(again.ok && again.dag.tasks).toMatchObject([{ taskId: 'i', upstream: [], inputs: {} }])
})

test('what it cannot do without the others is said', () => {
  expect(() => onlyTask(dag, 'n')).toThrow("task 'n' is mapped over what 'a' returns")
  expect(() => onlyTask(dag, 'bb')).toThrow("DAG d has no task 'bb'")
})
