/** M: a worker that stands still between its look at the lease and its renewal, with a real reaper and real task processes. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { AttemptCommand } from '../../../services/holder/attempt-table.ts'
import { openIncarnation } from '../../../services/holder/incarnation.ts'
import { openReaper } from '../../../services/holder/reaper.ts'
import { startAttempt } from '../../../services/worker/attempt-run.ts'
import { openChildPool } from '../../../services/worker/child-pool.ts'
import { readWorkerConfig } from '../../../services/worker/config.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'
import { bashTask, openFakeExecutor } from './fake-executor.ts'
import { lives } from './worker-bench.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const noBundles = { file: () => null, wait: () => () => undefined, close: async () => undefined }

it('ends that life without a word when the reaper killed meanwhile: what it killed is no failure of the task', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-stall-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const platform = makeMemoryPlatform({ newId: randomUUID })
  const executor = await openFakeExecutor(platform)
  closers.push(() => executor.close())
  const config = { ...readWorkerConfig({ PATH: process.env.PATH, MILLRACE_DATA_DIR: folder, MILLRACE_HOSTNAME: 'test' }), leaseMs: 1000, beatMs: 100 }
  const failures: Error[] = []
  const onFailed = (error: Error): void => void failures.push(error)
  const mark = `${randomUUID()}.`
  const reaper = openReaper({ mark, onRestarted: () => undefined, onFailed })
  closers.push(() => reaper.close())
  const pool = openChildPool({
    clock: platform.clock,
    reaper,
    mark,
    slots: 2,
    idleMs: 60_000,
    xcomDir: config.xcomDir,
    env: config.taskEnv,
    answer: () => null,
    onStartFailed: (how) => onFailed(new Error(how)),
  })
  closers.push(() => pool.close())

  let victim = 0
  const stalling = {
    ...reaper,
    renew(deadlineMs: number) {
      // By its own look the lease was good a moment ago. Nothing else of the worker happens here until the reaper has killed.
      for (const until = Date.now() + 20_000; victim > 0 && lives(victim) && Date.now() < until; )
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
      reaper.renew(deadlineMs)
    },
  }
  const incarnation = await openIncarnation<AttemptCommand>({
    platform,
    config,
    kind: 'worker',
    takes: 'RunAttempt',
    begin: (held) => (command) => startAttempt({ ...held, ...config, platform, pool, bundles: noBundles }, command),
    reaper: stalling,
    onFailed,
  })
  await executor.claim()
  await executor.sync(incarnation.id)
  const token = await executor.run(incarnation.id, bashTask('sleep 300'))
  const { body } = await executor.started(token)
  victim = body.type === 'AttemptStarted' ? body.pid : -1
  expect(await incarnation.over).toContain('reaper')
  expect(lives(victim)).toBe(false)
  expect(executor.reports.seen.filter((report) => report.token === token).map((report) => report.body.type)).toEqual(['AttemptStarted'])
  expect(failures).toEqual([])
})
