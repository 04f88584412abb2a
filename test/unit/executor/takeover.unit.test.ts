/** PROTOCOL F and L: how a candidate becomes the leader. */
import { describe, expect, test } from 'vitest'
import { commands, executorDriver, taskIds, tasks } from './executor-driver.ts'

describe('F: take-over', () => {
  test('(a) nothing is said before the claim is read back', () => {
    const d = executorDriver()
    d.worker('w1')
    d.run('d', tasks('a'))
    d.executor.assigned(true)
    expect(d.step()).toEqual([{ type: 'claim', owner: 'owner-1' }])
    expect(d.wait(10_000)).toEqual([])
  })

  test('(b) sync goes out only when heartbeats are read to an end fetched after the claim was read, (c) to every incarnation found', () => {
    const d = executorDriver()
    d.worker('w1')
    d.claim(7)
    expect(d.step()).toEqual([{ type: 'ask_heartbeats_end', of: 'takeover', epoch: 7 }])
    d.executor.heartbeatsEnd('takeover', 7, { low: 0, high: 2 })
    expect(d.step()).toEqual([])
    d.worker('w2')
    expect(commands(d.step(), 'Sync')).toMatchObject([
      { incarnation: 'w1', epoch: 7, n: 1 },
      { incarnation: 'w2', epoch: 7, n: 1 },
    ])
  })

  test('(d) nothing is dispatched before each worker has answered in this epoch', () => {
    const d = executorDriver()
    const [w1, w2] = [d.worker('w1'), d.worker('w2')]
    d.run('d', tasks('a'))
    d.claim(7)
    d.answerEnds()
    d.step()
    d.obey(w1)
    d.beat(w2) // alive, but it has not read the sync: its epoch is an older one
    d.answerEnds()
    expect(d.executor.phase.kind).toBe('syncing')
    d.obey(w2)
    d.answerEnds()
    expect(taskIds(d.step())).toEqual(['a'])
  })

  test('(d) a worker that left in good order is not waited for; its lease neither', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.claim(7)
    d.answerEnds()
    d.step()
    d.leave(w)
    d.answerEnds()
    d.step()
    expect(d.executor.phase.kind).toBe('leading')
  })

  test('an end of an earlier epoch answers nothing', () => {
    const d = executorDriver()
    d.claim(7)
    d.step()
    d.claim(9)
    d.executor.claimed({ offset: 9, owner: 'somebody' })
    d.executor.heartbeatsEnd('takeover', 7, { low: 0, high: 0 })
    expect(d.step()).toEqual([])
  })

  test('a deposed leader drops everything, rests, and claims again while it is assigned (A)', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    d.take()
    d.run('d', tasks('a'))
    d.executor.claimed({ offset: 99, owner: 'zombie' })
    expect(d.step()).toEqual([])
    expect(d.executor.office).toBeNull()
    expect(d.wait(999)).toEqual([])
    expect(d.wait(1)).toEqual([{ type: 'claim', owner: 'owner-2' }])
  })

  test('an executor whose assignment is taken away says nothing more', () => {
    const d = executorDriver()
    d.lead([d.worker('w1')])
    d.run('d', tasks('a'))
    d.executor.assigned(false)
    expect(d.wait(10_000)).toEqual([])
  })

  test('a late copy of its own claim is a new epoch', () => {
    const d = executorDriver()
    const w = d.worker('w1')
    d.lead([w])
    d.executor.claimed({ offset: 50, owner: 'owner-1' })
    d.answerEnds()
    expect(commands(d.step(), 'Sync')).toMatchObject([{ incarnation: 'w1', epoch: 50, n: 1 }])
    expect(d.executor.phase).toMatchObject({ kind: 'syncing', epoch: 50 })
    d.obey(w)
    expect(w.epoch).toBe(50)
    d.answerEnds()
    d.step()
    expect(d.executor.phase).toMatchObject({ kind: 'leading', epoch: 50 })
  })
})

test('L: nothing is dispatched before the journal is read to its end as of after the answers', () => {
  const d = executorDriver()
  d.run('d', tasks('a'))
  const w = d.worker('w1')
  d.claim(7)
  d.answerEnds()
  d.step()
  d.obey(w)
  expect(d.step()).toMatchObject([{ type: 'ask_journal_ends', epoch: 7 }])
  d.executor.journalEnds(7, [{ low: 0, high: 3 }])
  expect(taskIds(d.step())).toEqual([])
  d.executor.journalRead(0, 2)
  expect(taskIds(d.step())).toEqual([])
  d.executor.journalRead(0, 3)
  expect(taskIds(d.step())).toEqual(['a'])
})
