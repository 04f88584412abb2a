/** M: the reaper with real processes: it kills when the pipe closes, when the lease is over, and is replaced when it dies. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { leaseClockMs } from '../../../services/holder/lease.ts'
import { openReaper, type Reaper } from '../../../services/holder/reaper.ts'
import { markVariable } from '../../../services/holder/stray-processes.ts'
import { until } from '../../support/until.ts'
import { groupLives, lives } from './worker-bench.ts'

const started: ChildProcess[] = []
const reapers: Reaper[] = []
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  await Promise.all(reapers.splice(0).map((reaper) => reaper.close()))
})

const open = (mark = `${randomUUID()}.`) => {
  const restarts: string[] = []
  const failures: Error[] = []
  const reaper = openReaper({ mark, onRestarted: (how) => restarts.push(how), onFailed: (error) => failures.push(error) })
  reapers.push(reaper)
  return { reaper, restarts, failures, mark }
}
/** A group of two processes that ignore SIGTERM; `escape`: another one in a session of its own, with the mark. */
const group = (mark = ''): number => {
  const child = spawn('bash', ['-c', 'trap "" TERM; sleep 300 & sleep 300; true'], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...(mark === '' ? {} : { [markVariable]: `${mark}1;` }) },
  })
  started.push(child)
  return child.pid ?? -1
}
it('kills the registered groups, and only those, when the worker closes its pipe', async () => {
  const { reaper } = open()
  const [mine, released, other] = [group(), group(), group()]
  reaper.register(mine)
  reaper.register(released)
  reaper.release(released)
  await reaper.close()
  await until('the group is gone', () => !groupLives(mine), 1000)
  expect([lives(released), lives(other)]).toEqual([true, true])
})

it('kills when the lease is over, and what is registered after that: it says so, and a renewal that comes then is too late', async () => {
  const { reaper } = open()
  const first = group()
  reaper.register(first)
  reaper.renew(leaseClockMs() + 600)
  expect(await reaper.isOver()).toBe(false)
  await reaper.over
  await until('the group is gone', () => !groupLives(first), 3000)
  expect(await reaper.isOver()).toBe(true)
  const second = group()
  reaper.register(second)
  await until('a late group is gone', () => !groupLives(second), 1000)
  reaper.renew(leaseClockMs() + 60_000)
  const third = group()
  reaper.register(third)
  await until('another late group is gone', () => !groupLives(third), 1000)
  expect(await reaper.isOver()).toBe(true)
})

it('lets live while the lease is renewed', async () => {
  const { reaper } = open()
  const mine = group()
  reaper.register(mine)
  for (let i = 0; i < 6; i++) {
    reaper.renew(leaseClockMs() + 600)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  expect(lives(mine)).toBe(true)
})

it('finds by its mark what left the group', async () => {
  const { reaper, mark } = open()
  const escaped = group(mark)
  await reaper.close()
  await until('the escaped one is gone', () => !groupLives(escaped), 1000)
})

it('is started again when somebody kills it, and still knows everything', async () => {
  const { reaper, restarts, failures } = open()
  const mine = group()
  reaper.register(mine)
  const before = reaper.pid
  process.kill(before, 'SIGKILL')
  await until('another reaper', () => reaper.pid !== before)
  await reaper.close()
  await until('the group is gone', () => !groupLives(mine), 1000)
  expect([restarts, failures]).toEqual([['SIGKILL'], []])
})

it('answers when it was killed and started again before it could', async () => {
  const { reaper } = open()
  process.kill(reaper.pid, 'SIGSTOP')
  const answer = reaper.isOver()
  process.kill(reaper.pid, 'SIGKILL')
  expect(await answer).toBe(false)
})
