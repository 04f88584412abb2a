import { describe, expect, it } from 'vitest'
import type { InboxCommand } from '../../../schemas/generated/records.ts'
import {
  type AttemptTable,
  beginAttempt,
  decideInbox,
  endAttempt,
  enterLeastEpoch,
  liveTokens,
  makeAttemptTable,
  nextHeartbeat,
} from '../../../services/worker/attempt-table.ts'

const me = 'host:1:aaaaaaaa'

const command = (epoch: number, n: number, body: InboxCommand['body'], incarnation = me): InboxCommand => ({ incarnation, epoch, n, at: 0, body })
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
const forget = (token: string): InboxCommand['body'] => ({ type: 'ForgetAttempt', token })

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
    expect(liveTokens(table)).toEqual(['w', 'x'])
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
    expect(nextHeartbeat(makeAttemptTable('host:1:cccccccc'))).toEqual({ incarnation: 'host:1:cccccccc', counter: 1, epoch: -1, n: 0, attempts: [] })
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
