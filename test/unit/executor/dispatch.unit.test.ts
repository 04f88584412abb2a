import { describe, expect, test } from 'vitest'
import { taskState } from '../../support/journal-events.ts'
import { commands, ended, executorDriver, runs, taskIds, tasks } from './executor-driver.ts'

describe('dispatch', () => {
  test('a worker gets exactly its free slots, and the next task in the step in which the journal has the end of one', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    const run = d.run('d', tasks('a', 'b', 'c', 'e'))
    expect(taskIds(d.step())).toEqual(['a', 'b'])
    expect(taskIds(d.wait(100))).toEqual([])
    d.succeed(run, 'a')
    expect(taskIds(d.step())).toEqual(['c'])
  })

  test('an attempt that its worker lists as ended frees its slot before the journal has the end', () => {
    const d = executorDriver()
    const w = d.worker('w1', { slots: 1 })
    d.lead([w])
    d.run('d', tasks('a', 'b'))
    d.step()
    d.obey(w)
    ended(w, 'a')
    d.beat(w)
    expect(taskIds(d.step())).toEqual(['b'])
  })

  test('what waits goes by priority, then logical date, then age, over all runs, not run by run', () => {
    const d = executorDriver()
    const absolute = { weightRule: 'absolute' }
    d.run('low', [
      { taskId: 'l1', priorityWeight: 1, ...absolute },
      { taskId: 'l2', priorityWeight: 1, ...absolute },
    ])
    d.column.now += 60_000
    d.run('later', [{ taskId: 'm1', priorityWeight: 1, ...absolute }])
    d.run('high', [{ taskId: 'h1', priorityWeight: 9, ...absolute }])
    d.lead([d.worker('w1', { slots: 8 })])
    expect(taskIds(d.take())).toEqual(['h1', 'l1', 'l2', 'm1'])
  })

  test('a pool gives its slots to the best; one that does not fit lets a smaller one go', () => {
    const d = executorDriver()
    d.executor.pools.set('db', { slots: 3, includeDeferred: false })
    const pool = { pool: 'db', weightRule: 'absolute' }
    const run = d.run('d', [
      { taskId: 'big', poolSlots: 2, priorityWeight: 9, ...pool },
      { taskId: 'big2', poolSlots: 2, priorityWeight: 8, ...pool },
      { taskId: 'small', poolSlots: 1, priorityWeight: 1, ...pool },
    ])
    d.lead([d.worker('w1', { slots: 8 })])
    expect(taskIds(d.take())).toEqual(['big', 'small'])
    d.succeed(run, 'big')
    expect(taskIds(d.step())).toEqual(['big2'])
  })

  test('a pool that does not exist makes its tasks wait and stands in the status with no slots; made, it lets them go', () => {
    const d = executorDriver()
    d.run('d', [{ taskId: 'a', pool: 'nowhere' }, { taskId: 'b' }])
    d.lead([d.worker('w1', { slots: 8 })])
    const effects = d.take()
    expect(taskIds(effects)).toEqual(['b'])
    expect(effects.find((e) => e.type === 'status')).toMatchObject({
      status: {
        waiting: 1,
        running: 1,
        pools: [
          { name: 'default_pool', slots: 128, running: 1 },
          { name: 'nowhere', slots: 0, running: 0, queued: 1 },
        ],
      },
    })
    d.executor.pools.set('nowhere', { slots: 1, includeDeferred: false })
    expect(taskIds(d.step())).toEqual(['a'])
  })

  test('a task whose queue nobody serves waits and says so; others pass it', () => {
    const d = executorDriver()
    d.run('d', [{ taskId: 'gpu', queue: 'gpu' }, { taskId: 'b' }])
    d.lead([d.worker('w1')])
    const effects = d.take()
    expect(taskIds(effects)).toEqual(['b'])
    expect(effects.find((e) => e.type === 'status')).toMatchObject({ status: { waiting: 1, unservedQueues: ['gpu'] } })
    d.worker('w2', { queues: ['gpu'] })
    const served = d.wait(1000)
    expect(runs(served)).toMatchObject([{ incarnation: 'w2', n: 2, body: { taskId: 'gpu' } }])
    expect(served.find((e) => e.type === 'status')).toMatchObject({ status: { waiting: 0, unservedQueues: [] } })
  })

  test('two workers share', () => {
    const d = executorDriver()
    const [w1, w2] = [d.worker('w1', { slots: 4 }), d.worker('w2', { slots: 4 })]
    d.lead([w1, w2])
    d.run('d', tasks('a', 'b', 'c', 'e'))
    expect(
      runs(d.step())
        .map((c) => c.incarnation)
        .sort(),
    ).toEqual(['w1', 'w1', 'w2', 'w2'])
  })

  test('a worker that drains gets nothing new', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    w.draining = true
    d.beat(w)
    d.run('d', tasks('a'))
    expect(taskIds(d.step())).toEqual([])
  })

  test('sequential: one attempt at a time over all workers', () => {
    const d = executorDriver({ limit: 1 })
    d.lead([d.worker('w1'), d.worker('w2')])
    const run = d.run('d', tasks('a', 'b'))
    expect(taskIds(d.step())).toEqual(['a'])
    d.succeed(run, 'a')
    expect(taskIds(d.step())).toEqual(['b'])
  })

  test('the command holds all that the attempt needs', () => {
    const d = executorDriver()
    d.lead([d.worker('w1')])
    const run = d.run('d', [{ taskId: 'a' }, { taskId: 'b', upstream: ['a'] }])
    d.step()
    d.report(run, 'a', { type: 'AttemptSucceeded', xcoms: [{ key: 'return_value', value: '7' }], chosen: null, resultLength: null, outlets: [] })
    const [command] = runs(d.step())
    expect(command?.body).toMatchObject({
      dagId: 'd',
      runId: run.runId,
      taskId: 'b',
      mapIndex: -1,
      tryNumber: 1,
      version: 'v1',
      bundle: null,
      xcoms: [{ taskId: 'a', mapIndex: -1, key: 'return_value', value: '7' }],
    })
    expect(JSON.parse(command?.body.task ?? '')).toMatchObject({ taskId: 'b', upstream: ['a'] })
    expect(JSON.parse(command?.body.context ?? '')).toMatchObject({ dagId: 'd', taskId: 'b', tryNumber: 1, maxTries: 1, runType: 'manual' })
  })

  test('an attempt whose command does not fit a record is reported lost with the reason', () => {
    const d = executorDriver()
    d.lead([d.worker('w1')])
    d.run('d', tasks('a'))
    const [command] = runs(d.step())
    d.executor.tooBig(command?.body.token ?? '', 'too big')
    expect(d.step()).toMatchObject([{ type: 'report', report: { taskId: 'a', body: { type: 'AttemptLost', reason: 'too big' } } }])
  })

  test('status goes out when it changed, once a second at most', () => {
    const d = executorDriver()
    d.lead([d.worker('w1')])
    d.take()
    const run = d.run('d', tasks('a'))
    expect(d.wait(500).filter((e) => e.type === 'status')).toEqual([])
    expect(d.wait(500)).toMatchObject([{ type: 'status', status: { running: 1 } }])
    expect(d.wait(1000).filter((e) => e.type === 'status')).toEqual([])
    d.succeed(run, 'a')
    expect(d.wait(1000).find((e) => e.type === 'status')).toMatchObject({ status: { running: 0 } })
  })

  test('deferred instances take slots of a pool that counts them', () => {
    const d = executorDriver()
    d.executor.pools.set('p', { slots: 1, includeDeferred: true })
    d.lead([d.worker('w1')])
    const run = d.run('d', [
      { taskId: 'a', pool: 'p' },
      { taskId: 'b', pool: 'p' },
    ])
    expect(taskIds(d.step())).toEqual(['a'])
    const a = d.column.task(run, 'a')
    const change = { dagId: 'd', runId: run.runId, taskId: 'a', n: 99, at: d.column.now, tryNumber: a.tryNumber }
    d.executor.decided(0, d.column.column, [taskState({ ...change, state: 'deferred' })])
    expect(taskIds(d.step())).toEqual([])
    d.executor.decided(0, d.column.column, [taskState({ ...change, state: 'success' })])
    expect(taskIds(d.step())).toEqual(['b'])
  })
})

describe('forget', () => {
  test('the end of an attempt is forgotten soon, many at a time', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    const run = d.run('d', tasks('a', 'b'))
    d.step()
    d.obey(w)
    d.succeed(run, 'a')
    d.wait(50)
    d.succeed(run, 'b')
    expect(commands(d.step(), 'ForgetAttempt')).toEqual([])
    expect(commands(d.wait(200), 'ForgetAttempt')).toMatchObject([{ body: { others: [expect.any(String)] } }])
    ended(w, 'a')
    ended(w, 'b')
    d.obey(w)
    expect(w.attempts.size).toBe(0)
    expect(d.executor.office?.book.byToken.size).toBe(0)
    expect(commands(d.wait(4000), 'ForgetAttempt')).toEqual([])
  })
})
