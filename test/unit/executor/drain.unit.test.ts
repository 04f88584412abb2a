import { expect, test } from 'vitest'
import { commands, executorDriver, taskIds } from './executor-driver.ts'

test('a worker that shall drain is told so until it says that it does, gets nothing more, and is forgotten when it has left', () => {
  const driver = executorDriver()
  const here = driver.worker('here', { slots: 5 })
  const there = driver.worker('there', { slots: 1 })
  driver.lead([here, there])
  driver.take()
  driver.executor.drain('here', true)
  driver.run('d', [{ taskId: 'a' }, { taskId: 'b' }])
  const first = [...driver.step(), ...driver.take()]
  expect(commands(first, 'Drain').map(({ incarnation }) => incarnation)).toContain('here')
  expect(commands(first, 'RunAttempt').every(({ incarnation }) => incarnation === 'there')).toBe(true)
  expect(new Set(taskIds(first)).size).toBe(1)

  driver.beat(here)
  driver.beat(there)
  expect(commands(driver.wait(3100), 'Drain').length).toBe(1) // said again
  here.draining = true
  driver.beat(here)
  driver.beat(there)
  expect(commands(driver.wait(3100), 'Drain')).toEqual([])
  driver.leave(here)
  driver.beat(there)
  const gone = driver.wait(100)
  expect(gone.filter((e) => e.type === 'drained')).toEqual([{ type: 'drained', incarnation: 'here' }])
  expect(driver.wait(100).some((e) => e.type === 'drained')).toBe(false)
})

test('a wish that stands there before the worker is known holds for it', () => {
  const driver = executorDriver()
  driver.executor.drain('late', true)
  const late = driver.worker('late')
  driver.lead([late])
  driver.run('d', [{ taskId: 'a' }])
  const effects = [...driver.step(), ...driver.effects]
  expect(commands(effects, 'RunAttempt')).toEqual([])
  expect(commands(effects, 'Drain').length).toBeGreaterThan(0)
})
