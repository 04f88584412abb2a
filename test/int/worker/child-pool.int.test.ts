/** Which child an attempt gets: real task processes, a few of them. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openReaper } from '../../../services/holder/reaper.ts'
import { type Clock, systemClock } from '../../../services/platform/clock.ts'
import { openChildPool } from '../../../services/worker/child-pool.ts'
import type { TaskChild } from '../../../services/worker/task-child.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A pool whose children are all there, warm and idle. */
const openWarmPool = async (slots: number, clock: Clock) => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-pool-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const fail = (how: unknown): never => {
    throw new Error(String(how))
  }
  const mark = `${randomUUID()}.`
  const reaper = openReaper({ mark, onRestarted: () => undefined, onFailed: fail })
  closers.push(() => reaper.close())
  const env = { PATH: process.env.PATH }
  const pool = openChildPool({ clock, reaper, mark, slots, idleMs: 60_000, xcomDir: folder, env, answer: () => null, onStartFailed: fail })
  closers.push(() => pool.close())
  const acquire = (): Promise<TaskChild> => new Promise((resolve) => void pool.acquire('warm', resolve))
  const all = await Promise.all(Array.from({ length: slots }, acquire))
  for (const child of all) pool.release(child, true)
  return { acquire, release: (child: TaskChild) => pool.release(child, true) }
}

const enough = availableParallelism() + 1

it('attempts that are over in a moment share few children', async () => {
  // No time passes, so that a busy machine makes no difference.
  const pool = await openWarmPool(enough + 3, { ...systemClock, now: () => 0, after: () => () => undefined })
  const used = new Set<number>()
  const attempts = Array.from({ length: 50 }, async () => {
    const child = await pool.acquire()
    used.add(child.pid)
    setImmediate(() => pool.release(child))
  })
  await Promise.all(attempts)
  expect(used.size).toBe(enough)
})

it('an attempt does not wait for those that take their time', async () => {
  const pool = await openWarmPool(enough + 3, systemClock)
  const children = await Promise.all(Array.from({ length: enough + 3 }, () => pool.acquire()))
  expect(new Set(children.map(({ pid }) => pid)).size).toBe(enough + 3)
})
