/** PROTOCOL D, E, G, H, I (F and L: takeover; the others: leases). Taking a rule away makes its test fail. */
import { describe, expect, test } from 'vitest'
import { taskState } from '../../support/journal-events.ts'
import { commands, ended, executorDriver, lostTasks, taskIds, tasks } from './executor-driver.ts'

describe('D: answers list what is waiting, running and ended', () => {
  test('what a worker lists is held, not dispatched, and takes its slot', () => {
    const before = executorDriver()
    const w = before.worker('w1', { slots: 1 })
    before.lead([w])
    const run = before.run('d', tasks('a', 'b'))
    before.step()
    before.obey(w)
    before.lead([w]) // deposed and leading again stands for another executor: nothing of the old book is left
    before.take()
    expect(taskIds(before.wait(100))).toEqual([])
    before.succeed(run, 'a')
    expect(taskIds(before.step())).toEqual(['b'])
  })

  test('what a worker lists as ended is held until the journal has its end, and then forgotten', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    const run = d.run('d', tasks('a'))
    d.step()
    d.obey(w)
    ended(w, 'a')
    d.executor.claimed({ offset: 15, owner: 'other' })
    d.wait(1000)
    d.lead([w])
    expect(taskIds(d.take().slice(-5))).toEqual([])
    expect(lostTasks(d.wait(10))).toEqual([])
    d.succeed(run, 'a')
    d.step()
    expect(commands(d.wait(200), 'ForgetAttempt')).toHaveLength(1)
  })

  test('what the journal wants no more is cancelled at the worker that lists it', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    w.attempts.set('old.1', { token: 'old.1', dagId: 'd', runId: 'r', taskId: 't', mapIndex: -1, tryNumber: 1, state: 'running', outcome: null })
    d.lead([w])
    expect(commands(d.take(), 'CancelAttempt')).toMatchObject([{ incarnation: 'w1', body: { token: 'old.1' } }])
  })
})

describe('E: absence means something only when the heartbeat covers the dispatch', () => {
  test('a heartbeat from before the dispatch does not make it lost', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    d.run('d', tasks('a'))
    d.step()
    d.beat(w)
    expect(lostTasks(d.wait(10))).toEqual([])
  })

  test('one that covers it does, and the token is never dispatched again', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    d.run('d', tasks('a'))
    d.step()
    w.n += 1
    d.beat(w)
    const effects = d.wait(10)
    expect(lostTasks(effects)).toEqual(['a'])
    expect(taskIds(effects)).toEqual([])
  })
})

test('G: commands to an inbox are numbered from 1 within an epoch, sync first', () => {
  const d = executorDriver()
  const w = d.worker('w1')
  const first = d.lead([w])
  d.run('d', tasks('a', 'b'))
  d.step()
  const second = d.lead([w])
  const inbox = d.effects.flatMap((e) => (e.type === 'inbox' ? [[e.command.epoch, e.command.n, e.command.body.type]] : []))
  expect(inbox.slice(0, 3)).toEqual([
    [first, 1, 'Sync'],
    [first, 2, 'RunAttempt'],
    [first, 3, 'RunAttempt'],
  ])
  expect(inbox.filter(([epoch]) => epoch === second)[0]).toEqual([second, 1, 'Sync'])
})

test('H: commands name the incarnation, and a new incarnation of a worker is another member', () => {
  const d = executorDriver()
  d.lead([d.worker('host:1')])
  d.worker('host:2')
  expect(d.step()).toMatchObject([{ command: { incarnation: 'host:2', n: 1, body: { type: 'Sync' } } }])
})

describe('I: one holder', () => {
  test('the next attempt of an instance that was taken away waits until its worker lists the earlier one as ended', () => {
    const d = executorDriver()
    const w = d.worker('w1', { slots: 4 })
    d.lead([w])
    const run = d.run('d', tasks('a'))
    d.step()
    d.obey(w)
    const a = d.column.task(run, 'a')
    const change = { dagId: 'd', runId: run.runId, taskId: 'a', n: 99, at: d.column.now }
    d.executor.decided(0, d.column.column, [
      taskState({ ...change, state: 'none', reason: 'cleared' }),
      taskState({ ...change, state: 'queued', tryNumber: 2, token: 'next' }),
    ])
    const effects = d.step()
    expect(commands(effects, 'CancelAttempt')).toMatchObject([{ body: { token: a.token, reason: 'cleared' } }])
    expect(taskIds(effects)).toEqual([])
    expect(taskIds(d.wait(1000))).toEqual([])
    expect(commands(d.wait(2000), 'CancelAttempt')).toHaveLength(1) // said again
    d.obey(w)
    const after = d.step()
    expect(after.filter((e) => e.type === 'inbox' && e.command.body.type === 'RunAttempt')).toMatchObject([
      { command: { body: { token: 'next', tryNumber: 2 } } },
    ])
  })

  test('an attempt that ended by its own report makes way at once', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    const run = d.run('d', [{ taskId: 'a', retries: 1, retryDelay: 0 }])
    d.step()
    d.obey(w)
    d.report(run, 'a', { type: 'AttemptFailed', error: { type: 'E', message: '', stack: null }, retryable: true })
    d.column.wait(600_000)
    d.tell()
    expect(taskIds(d.step())).toEqual(['a'])
  })

  test('an attempt that lives on although it was told to forget is cancelled', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    const run = d.run('d', tasks('a'))
    d.step()
    d.obey(w)
    d.succeed(run, 'a') // by somebody who marked it without saying so
    d.step()
    d.beat(w) // from before the forget: says nothing
    expect(commands(d.wait(300), 'CancelAttempt')).toEqual([])
    d.obey(w)
    expect(commands(d.step(), 'CancelAttempt')).toHaveLength(1)
  })

  test('the run timed out: its attempts are cancelled', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    d.run('d', tasks('a'), { dagrunTimeout: '1m' })
    d.step()
    d.obey(w)
    d.column.wait(61_000)
    d.tell()
    expect(commands(d.step(), 'CancelAttempt')).toMatchObject([{ body: { reason: 'timeout' } }])
  })
})

test('a token that names two queueings is impossible history', () => {
  const d = executorDriver({ columns: 2 })
  const run = d.run('d', tasks('a'))
  const a = d.column.task(run, 'a')
  const twin = d.column.events.findLast((e) => e.type === 'TaskStateChanged' && e.token === a.token)
  d.column.adopt({ dagId: 'e', tasks: [{ taskId: 'a', operator: 'bash', args: { command: 'true' } }] })
  d.column.unpause('e')
  const other = d.column.trigger('e')
  if (twin?.type !== 'TaskStateChanged') throw new Error('no event')
  expect(() => d.executor.decided(1, d.column.column, [{ ...twin, dagId: 'e', runId: other.runId }])).toThrow(/token .* of e\/.* is that of d\//)
})
