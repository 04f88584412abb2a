import { describe, expect, it } from 'vitest'
import type { InboxCommand } from '../../../schemas/generated/records.ts'
import {
  type AttemptTable,
  beginAttempt,
  decideInbox,
  endAttempt,
  enterLeastEpoch,
  makeAttemptTable,
  type NextHeartbeat,
  nextHeartbeats,
} from '../../../services/holder/attempt-table.ts'

const me = 'host:1:aaaaaaaa'

const command = (epoch: number, n: number, body: InboxCommand['body'], incarnation = me): InboxCommand => ({
  incarnation,
  epoch,
  n,
  at: 0,
  part: 0,
  more: false,
  body,
})
const sync = { type: 'Sync', reason: '' } as const
const run = (token: string): InboxCommand['body'] => ({
  type: 'RunAttempt',
  token,
  dagId: 'd',
  runId: 'r',
  taskId: token,
  mapIndex: -1,
  tryNumber: 1,
  version: 'v',
  bundle: null,
  task: '{}',
  context: '{}',
  xcoms: [],
})
const cancel = (token: string): InboxCommand['body'] => ({ type: 'CancelAttempt', token, reason: 'cleared' })
const forget = (token: string): InboxCommand['body'] => ({ type: 'ForgetAttempt', token, others: [] })

/** The whole of a small table. */
const nextHeartbeat = (table: AttemptTable): NextHeartbeat => nextHeartbeats(table, true)[0] as NextHeartbeat

/** A table whose executor of epoch 5 has synced. */
const synced = (): AttemptTable => {
  const table = makeAttemptTable(me)
  enterLeastEpoch(table, 5)
  decideInbox(table, command(5, 1, sync))
  return table
}
const listed = (table: AttemptTable): Record<string, string> =>
  Object.fromEntries(nextHeartbeat(table).attempts.map(({ token, state, outcome }) => [token, outcome ?? state]))

describe('D, K, Q: ended attempts stay listed until forget', () => {
  it('lists waiting, running and ended attempts with their outcome', () => {
    const table = synced()
    for (const [i, token] of ['w', 'x', 'y'].entries())
      expect(decideInbox(table, command(5, 2 + i, run(token)))).toMatchObject({ kind: 'start', command: { token } })
    beginAttempt(table, 'x')
    beginAttempt(table, 'y')
    endAttempt(table, 'y', 'succeeded')
    expect(listed(table)).toEqual({ w: 'waiting', x: 'running', y: 'succeeded' })
    expect(table.live).toBe(2)
  })
  it('drops an ended attempt at forget, and only then', () => {
    const table = synced()
    decideInbox(table, command(5, 2, run('x')))
    expect(decideInbox(table, command(5, 3, forget('x')))).toEqual({ kind: 'ignore', why: 'not_held' })
    expect(listed(table)).toEqual({ x: 'waiting' })
    endAttempt(table, 'x', 'failed')
    expect(decideInbox(table, command(5, 4, forget('x'))).kind).toBe('forgotten')
    expect(listed(table)).toEqual({})
  })
  it('never starts a listed token again, also not after its end or under a new executor', () => {
    const table = synced()
    decideInbox(table, command(5, 2, run('x')))
    expect(decideInbox(table, command(5, 3, run('x')))).toEqual({ kind: 'ignore', why: 'known_token' })
    endAttempt(table, 'x', 'succeeded')
    decideInbox(table, command(9, 1, sync))
    expect(decideInbox(table, command(9, 2, run('x')))).toEqual({ kind: 'ignore', why: 'known_token' })
    expect(listed(table)).toEqual({ x: 'succeeded' })
  })
})

describe('E: a heartbeat carries epoch and n of the moment its attempts are taken', () => {
  it('covers a dispatch exactly when it lists it', () => {
    const table = synced()
    expect(nextHeartbeat(table)).toMatchObject({ epoch: 5, n: 1, attempts: [] })
    decideInbox(table, command(5, 2, run('x')))
    expect(nextHeartbeat(table)).toMatchObject({ epoch: 5, n: 2, attempts: [{ token: 'x' }] })
  })
  it('counts commands that change nothing, too', () => {
    const table = synced()
    decideInbox(table, command(5, 2, cancel('unknown')))
    expect(nextHeartbeat(table).n).toBe(2)
  })
})

describe('F: older executors are refused, a newer one begins with its sync', () => {
  it('refuses whatever an older epoch says', () => {
    const table = synced()
    for (const body of [sync, run('x'), { type: 'Retire', reason: '' } as const])
      expect(decideInbox(table, command(4, 99, body))).toEqual({ kind: 'ignore', why: 'older_epoch' })
    expect(nextHeartbeat(table)).toMatchObject({ epoch: 5, n: 1, attempts: [] })
  })
  it('takes the newest claim at its hello as the least epoch, and never goes back', () => {
    const table = makeAttemptTable(me)
    expect(nextHeartbeat(table).epoch).toBe(-1)
    enterLeastEpoch(table, 7)
    enterLeastEpoch(table, 3)
    expect(table.epoch).toBe(7)
    expect(decideInbox(table, command(6, 1, sync))).toEqual({ kind: 'ignore', why: 'older_epoch' })
  })
  it('ignores a newer epoch until its sync, then refuses the one before', () => {
    const table = synced()
    expect(decideInbox(table, command(8, 2, run('x')))).toEqual({ kind: 'ignore', why: 'no_sync' })
    expect(table.epoch).toBe(5)
    expect(decideInbox(table, command(8, 1, sync))).toEqual({ kind: 'beat' })
    expect(nextHeartbeat(table)).toMatchObject({ epoch: 8, n: 1 })
    expect(decideInbox(table, command(5, 2, run('y')))).toEqual({ kind: 'ignore', why: 'older_epoch' })
    expect(decideInbox(table, command(8, 2, run('x'))).kind).toBe('start')
  })
})

describe('G: inbox numbers', () => {
  it('ignores repeats of any kind', () => {
    const table = synced()
    decideInbox(table, command(5, 2, run('x')))
    endAttempt(table, 'x', 'succeeded')
    decideInbox(table, command(5, 3, forget('x')))
    // Its token is unknown again: only the number keeps the late copy out.
    expect(decideInbox(table, command(5, 2, run('x')))).toEqual({ kind: 'ignore', why: 'repeat' })
    expect(decideInbox(table, command(5, 3, sync))).toEqual({ kind: 'ignore', why: 'repeat' })
  })
  it('counts anew in each epoch and accepts a gap', () => {
    const table = synced()
    decideInbox(table, command(5, 40, run('x')))
    decideInbox(table, command(6, 1, sync))
    expect(decideInbox(table, command(6, 4, run('y'))).kind).toBe('start')
    expect(decideInbox(table, command(6, 3, run('z')))).toEqual({ kind: 'ignore', why: 'repeat' })
  })
})

describe('H: other incarnations', () => {
  it('is not moved by what is addressed to another one, not even its sync or number', () => {
    const table = synced()
    for (const body of [sync, run('x'), { type: 'Retire', reason: '' } as const])
      expect(decideInbox(table, command(9, 9, body, 'host:1:bbbbbbbb'))).toEqual({ kind: 'ignore', why: 'not_ours' })
    expect(nextHeartbeat(table)).toMatchObject({ epoch: 5, n: 1, attempts: [] })
  })
})

describe('I: an attempt under cancellation is still held', () => {
  it('stays running until its process group is gone', () => {
    const table = synced()
    decideInbox(table, command(5, 2, run('x')))
    beginAttempt(table, 'x')
    expect(decideInbox(table, command(5, 3, cancel('x')))).toEqual({ kind: 'kill', token: 'x', reason: 'cleared' })
    expect(listed(table)).toEqual({ x: 'running' })
    endAttempt(table, 'x', 'cancelled')
    expect(listed(table)).toEqual({ x: 'cancelled' })
    expect(decideInbox(table, command(5, 4, cancel('x')))).toEqual({ kind: 'ignore', why: 'not_held' })
  })
  it('keeps the first end', () => {
    const table = synced()
    decideInbox(table, command(5, 2, run('x')))
    endAttempt(table, 'x', 'succeeded')
    endAttempt(table, 'x', 'cancelled')
    beginAttempt(table, 'x')
    expect(listed(table)).toEqual({ x: 'succeeded' })
  })
})

describe('N, O, P: lives and counters', () => {
  it('O: retire ends this incarnation, by the present executor only', () => {
    const table = synced()
    expect(decideInbox(table, command(4, 2, { type: 'Retire', reason: 'lost' })).kind).toBe('ignore')
    expect(decideInbox(table, command(5, 2, { type: 'Retire', reason: 'lost' }))).toEqual({ kind: 'retire', reason: 'lost' })
  })
  it('N: a new incarnation knows nothing of the old one', () => {
    const old = synced()
    decideInbox(old, command(5, 2, run('x')))
    expect(nextHeartbeat(makeAttemptTable('host:1:cccccccc'))).toEqual({
      incarnation: 'host:1:cccccccc',
      counter: 1,
      epoch: -1,
      n: 0,
      attempts: [],
      base: null,
      gone: [],
      more: false,
      live: 0,
    })
  })
  it('P: each heartbeat has the next counter, the hello 1', () => {
    const table = makeAttemptTable(me)
    expect([nextHeartbeat(table), nextHeartbeat(table), nextHeartbeat(table)].map(({ counter }) => counter)).toEqual([1, 2, 3])
  })
})

describe('draining', () => {
  it('hands back what comes all the same, and lists it', () => {
    const table = synced()
    table.draining = true
    expect(decideInbox(table, command(5, 2, run('x')))).toMatchObject({ kind: 'refuse', command: { token: 'x' } })
    endAttempt(table, 'x', 'lost')
    expect(listed(table)).toEqual({ x: 'lost' })
  })
})

describe('long lists', () => {
  const many = (count: number): AttemptTable => {
    const table = makeAttemptTable(me, 'RunTrigger')
    enterLeastEpoch(table, 5)
    decideInbox(table, command(5, 1, sync))
    nextHeartbeats(table, false)
    for (let i = 0; i < count; i++) {
      const { xcoms: _xcoms, ...body } = run(`t${i}`) as Extract<InboxCommand['body'], { type: 'RunAttempt' }>
      decideInbox(table, command(5, 2 + i, { ...body, type: 'RunTrigger', logicalDate: null, trigger: '{}' }))
      beginAttempt(table, `t${i}`)
    }
    return table
  }
  /** What a reader who missed nothing knows. */
  const reader = () => {
    const known = new Map<string, string>()
    let at = 0
    return {
      known,
      take(beats: readonly NextHeartbeat[]) {
        for (const { attempts, base, gone, counter } of beats) {
          if (base === null) known.clear()
          else expect(base).toBe(at)
          for (const { token, state, outcome } of attempts) known.set(token, outcome ?? state)
          for (const token of gone) known.delete(token)
          at = counter
        }
      },
    }
  }

  it('are sent whole when they are small or asked for, else as what changed since', () => {
    const table = many(2000)
    const first = nextHeartbeats(table, true)
    expect(first.map(({ attempts, more, base }) => [attempts.length, more, base === null])).toEqual([
      [500, true, true],
      [500, true, false],
      [500, true, false],
      [500, false, false],
    ])
    expect(nextHeartbeats(table, false)).toMatchObject([{ attempts: [], gone: [], base: first.at(-1)?.counter, more: false, live: 2000 }])
    endAttempt(table, 't7', 'fired')
    expect(nextHeartbeats(table, false)).toMatchObject([{ attempts: [{ token: 't7', outcome: 'fired' }], gone: [], live: 1999 }])
    decideInbox(table, command(5, 3000, forget('t7')))
    expect(nextHeartbeats(table, false)).toMatchObject([{ attempts: [], gone: ['t7'], n: 3000 }])
  })
  it('say to a reader who missed nothing what a whole list says', () => {
    const table = many(600)
    const one = reader()
    one.take(nextHeartbeats(table, true))
    let n = 10_000
    for (let i = 0; i < 600; i++) {
      if (i % 3 !== 0) endAttempt(table, `t${i}`, 'fired')
      if (i % 3 === 2) decideInbox(table, command(5, ++n, forget(`t${i}`)))
      if (i % 50 === 0) one.take(nextHeartbeats(table, false))
    }
    one.take(nextHeartbeats(table, false))
    const whole = reader()
    whole.take(nextHeartbeats(table, true))
    expect([...one.known].sort()).toEqual([...whole.known].sort())
    expect(one.known.size).toBe(400)
  })
  it('a command of the other kind is handed back', () => {
    expect(decideInbox(many(0), command(5, 2, run('a')))).toMatchObject({ kind: 'refuse' })
  })
})
