/** PROTOCOL J, K, M, N, O, P, Q: who is lost, and what becomes of what it held. */
import { describe, expect, test } from 'vitest'
import { commands, executorDriver, leaseMs, lostTasks, taskIds, tasks } from './executor-driver.ts'

const skewMs = 60_000

/** The end of heartbeats is fetched and read. */
const settleLeases = (d: ReturnType<typeof executorDriver>): void => {
  d.answerEnds()
  d.wait(100)
}

describe('J, M: leases', () => {
  test('a silent worker is lost only after its lease and after heartbeats were read to an end fetched after that', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    d.run('d', tasks('a'))
    d.step()
    d.obey(w)
    expect(d.wait(leaseMs).filter((e) => e.type === 'ask_heartbeats_end')).toEqual([])
    expect(d.wait(100)).toMatchObject([{ type: 'ask_heartbeats_end', of: 'leases' }])
    expect(lostTasks(d.wait(60_000))).toEqual([]) // unread
    d.executor.heartbeatsEnd('leases', 10, { low: 0, high: 4 }) // one more than was read
    expect(lostTasks(d.wait(1000))).toEqual([])
    d.beat(w) // there it is: it was us who slept
    expect(lostTasks(d.wait(1000))).toEqual([])
    expect(d.executor.fleet.members.get('w1')?.state).toBe('alive')
  })

  test('its attempts are then reported lost, again and again until the journal moves', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    const run = d.run('d', tasks('a'))
    d.step()
    d.obey(w)
    d.wait(leaseMs + 100)
    d.executor.heartbeatsEnd('leases', 10, { low: 0, high: 3 })
    expect(lostTasks(d.wait(100))).toEqual(['a'])
    expect(lostTasks(d.wait(2900))).toEqual([])
    expect(lostTasks(d.wait(100))).toEqual(['a'])
    const lost = d.effects.find((e) => e.type === 'report')
    expect(lost).toMatchObject({ report: { dagId: 'd', runId: run.runId, taskId: 'a', tryNumber: 1, body: { type: 'AttemptLost' } } })
    d.report(run, 'a', { type: 'AttemptLost', reason: 'worker_lost' })
    d.worker('w2')
    expect(taskIds(d.wait(10))).toEqual(['a'])
    expect(lostTasks(d.wait(10_000))).toEqual([])
  })

  test('an end fetched before the deadline proves nothing', () => {
    const d = executorDriver()
    const [w1, w2] = [d.worker('w1'), d.worker('w2')]
    d.lead([w1, w2])
    d.wait(2000)
    d.beat(w2)
    d.wait(leaseMs - 1900) // w1 is overdue, w2 is not: an end is asked for
    d.wait(3000) // both are; the end was fetched after w1's deadline alone
    d.executor.heartbeatsEnd('leases', 10, { low: 0, high: 5 })
    d.wait(100)
    expect(d.executor.fleet.members.get('w1')?.state).toBe('lost')
    expect(d.executor.fleet.members.get('w2')?.state).toBe('alive')
  })
})

describe('K: queued while a worker that fell silent may have had it', () => {
  const takeOverWithSilent = (queuedAfterMs: number) => {
    const d = executorDriver()
    d.worker('dead')
    d.column.now += queuedAfterMs
    d.run('d', tasks('a'))
    d.claim(7)
    d.answerEnds()
    d.wait(leaseMs + 100)
    settleLeases(d)
    d.answerEnds()
    d.worker('w2')
    d.step()
    expect(d.executor.phase.kind).toBe('leading')
    return d
  }

  test('it is reported lost, not dispatched', () => {
    const d = takeOverWithSilent(0)
    expect(lostTasks(d.effects)).toEqual(['a'])
    expect(taskIds(d.effects)).toEqual([])
  })

  test('what was queued long after the last word of that worker cannot be with it', () => {
    const d = takeOverWithSilent(skewMs + 1)
    expect(lostTasks(d.effects)).toEqual([])
    expect(taskIds(d.effects)).toEqual(['a'])
  })

  test('what runs by the journal, on no worker that answers, is reported lost', () => {
    const d = executorDriver()
    const run = d.run('d', tasks('a'))
    d.column.start(run, 'a')
    d.tell()
    d.lead([d.worker('w1')])
    expect(lostTasks(d.take())).toEqual(['a'])
  })
})

describe('N, O: lost is final', () => {
  test('a lost incarnation that beats again is told to retire, and nothing is given to it', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    d.wait(leaseMs + 100)
    settleLeases(d)
    expect(d.executor.fleet.members.get('w1')?.state).toBe('lost')
    d.run('d', tasks('a'))
    d.beat(w)
    const effects = d.wait(10)
    expect(commands(effects, 'Retire')).toMatchObject([{ incarnation: 'w1' }])
    expect(taskIds(effects)).toEqual([])
    d.beat(w)
    expect(commands(d.wait(10), 'Retire')).toEqual([])
    d.wait(3000)
    d.beat(w)
    expect(commands(d.wait(10), 'Retire')).toHaveLength(1)
  })

  test('N: a new incarnation does not prove the old one dead: what it holds stays held until its lease is over', () => {
    const d = executorDriver()
    const w = d.worker('host:1')
    d.lead([w])
    d.run('d', tasks('a'))
    d.step()
    d.obey(w)
    d.worker('host:2')
    expect(lostTasks(d.wait(1000))).toEqual([])
  })

  test('the next leader takes one that goes on beating for alive, and asks it', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    d.wait(leaseMs + 100)
    settleLeases(d)
    d.beat(w)
    d.take()
    d.executor.claimed({ offset: 15, owner: 'other' })
    d.wait(1000)
    d.claim(20)
    d.answerEnds()
    d.step()
    expect(commands(d.take(), 'Sync')).toMatchObject([{ incarnation: 'w1', epoch: 20, n: 1 }])
  })
})

test('P: a late copy of an older heartbeat says nothing', () => {
  const d = executorDriver()
  const w = d.worker('w1')
  d.lead([w])
  d.run('d', tasks('a'))
  d.step()
  d.obey(w)
  const listed = new Map(w.attempts)
  w.attempts.clear()
  d.beat(w, 1) // counter 1 was its hello
  expect(lostTasks(d.wait(10))).toEqual([])
  for (const [token, attempt] of listed) w.attempts.set(token, attempt)
  d.beat(w)
  expect(lostTasks(d.wait(10))).toEqual([])
})

test('Q: a token that a worker listed which is gone since is not dispatched again', () => {
  const d = executorDriver()
  const w = d.worker('w1')
  d.lead([w])
  d.run('d', tasks('a'))
  d.step()
  d.obey(w)
  d.executor.claimed({ offset: 15, owner: 'other' }) // while another leads, the worker goes
  d.leave(w)
  d.take()
  d.wait(1000)
  const w2 = d.worker('w2')
  d.lead([w2])
  const effects = d.take()
  expect(lostTasks(effects)).toEqual(['a'])
  expect(taskIds(effects)).toEqual([])
})
