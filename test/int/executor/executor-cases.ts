/** One body for the memory bus and a real broker: the executor among small workers and a small scheduler. */
import { afterEach, describe, expect, test } from 'vitest'
import type { ExecutorConfig } from '../../../services/executor/config.ts'
import { startExecutor } from '../../../services/executor/service.ts'
import { acquisitionRecord, decisionRecords } from '../../../services/platform/bus/journal.ts'
import type { Platform, Service } from '../../../services/platform/platform.ts'
import { type FakeWorker, openScheduler, openStatuses, openWorker } from './executor-world.ts'

export interface Place {
  /** A process of its own on the same installation. */
  readonly platform: (name: string) => Promise<Platform & { readonly close?: () => Promise<void> }>
  /** Ends a process as kill -9 does. */
  readonly kill?: (platform: Platform) => void
}

const config: ExecutorConfig = { kind: 'kafka', group: 'executor', leaseMs: 1500, resendMs: 500, restMs: 500, tickMs: 50 }

export const executorCases = (open: () => Promise<Place>): void => {
  const closings: (() => Promise<unknown> | unknown)[] = []
  const later = <T>(thing: T, close: (thing: T) => Promise<unknown> | unknown): T => {
    closings.push(() => close(thing))
    return thing
  }
  afterEach(async () => {
    for (const close of closings.splice(0).reverse()) await close()
  })

  const world = async () => {
    const place = await open()
    const process = async (name: string) => later(await place.platform(name), (p) => p.close?.())
    const main = await process('main')
    const failures: Error[] = []
    const executor = async (name: string, more: Partial<ExecutorConfig> = {}) => {
      const platform = await process(name)
      const service = await startExecutor(platform, { ...config, ...more }, (error) => failures.push(error))
      let stopped = false
      const stop = async () => {
        if (!stopped) await service.stop()
        stopped = true
      }
      later(service, stop)
      return { platform, service: service as Service, stop }
    }
    const scheduler = later(await openScheduler(main, 'd'), (s) => s.close())
    const worker = async (incarnation: string, options: Parameters<typeof openWorker>[2] = {}) =>
      later(await openWorker(main, incarnation, options), (w) => w.leave())
    const watch = async () => later(await openStatuses(main), (s) => s.close())
    return { place, main, failures, executor, scheduler, worker, watch }
  }

  const started = (...workers: readonly FakeWorker[]): string[] => workers.flatMap((w) => w.started.seen.map((c) => c.token))
  const names = (worker: FakeWorker): string[] => worker.started.seen.map((c) => c.taskId)
  const parallel = (count: number) => Array.from({ length: count }, (_, i) => ({ taskId: `t${i}` }))

  describe('dispatch', () => {
    test('gives exactly the free slots, by priority, until the run is done', async () => {
      const w = await world()
      await w.executor('e1')
      const worker = await w.worker('w1', { slots: 2 })
      const run = await w.scheduler.run([1, 5, 3, 9, 7].map((p) => ({ taskId: `p${p}`, priorityWeight: p })))
      await worker.started.until('two start', (seen) => seen.length === 2)
      expect(names(worker)).toEqual(['p9', 'p7'])
      await worker.finish('p7')
      await worker.started.until('a third starts', (seen) => seen.length === 3)
      expect(names(worker)).toEqual(['p9', 'p7', 'p5'])
      await worker.finishAll()
      await w.scheduler.untilState(run, 'success')
      expect(worker.most()).toBe(2)
      expect(new Set(started(worker)).size).toBe(5)
      expect(w.failures).toEqual([])
    })

    test('two workers share a run of many tasks, each started once', async () => {
      const w = await world()
      await w.executor('e1')
      const [w1, w2] = [await w.worker('w1', { slots: 4 }), await w.worker('w2', { slots: 4 })]
      const run = await w.scheduler.run(parallel(60), { maxActiveTasks: 60 })
      await w1.started.until('four', (seen) => seen.length >= 4)
      await w2.started.until('four', (seen) => seen.length >= 4)
      await Promise.all([w1.finishAll(), w2.finishAll()])
      await w.scheduler.untilState(run, 'success')
      expect(started(w1, w2)).toHaveLength(60)
      expect(new Set(started(w1, w2)).size).toBe(60)
      expect(Math.max(w1.most(), w2.most())).toBe(4)
    })

    test('pools from topic settings bound what runs; a queue nobody serves and a pool that does not exist are told', async () => {
      const w = await world()
      const pool = { kind: 'pool', name: 'db', value: '{"slots":1,"include_deferred":false,"description":""}', encrypted: false, at: 0, principal: null }
      await w.main.bus.send([{ topic: w.main.topic('settings'), partition: 0, key: 'pool/db', value: w.main.codec.encode('Setting', pool) }])
      await w.executor('e1')
      const { statuses } = await w.watch()
      const worker = await w.worker('w1', { slots: 8 })
      await w.scheduler.run([
        { taskId: 'a', pool: 'db' },
        { taskId: 'b', pool: 'db' },
        { taskId: 'c', queue: 'gpu' },
        { taskId: 'e', pool: 'none' },
        { taskId: 'f' },
      ])
      await statuses.until('it says what waits', (seen) => seen.at(-1)?.waiting === 3)
      expect(statuses.seen.at(-1)).toMatchObject({
        kind: 'kafka',
        running: 2,
        unservedQueues: ['gpu'],
        pools: [
          { name: 'db', slots: 1, running: 1, queued: 1 },
          { name: 'default_pool', slots: 128, running: 1, queued: 1 },
          { name: 'none', slots: 0, running: 0, queued: 1 },
        ],
      })
      await worker.started.until('two start', (seen) => seen.length === 2)
      expect(names(worker).sort()).toEqual(['a', 'f'])
      const gpu = await w.worker('w2', { queues: ['gpu'] })
      await gpu.started.until('c', (seen) => seen.some((c) => c.taskId === 'c'))
      await worker.finish('a')
      await worker.started.until('b', (seen) => seen.some((c) => c.taskId === 'b'))
    })
  })

  describe('take-over', () => {
    test('of two executors one leads; when it stops the other goes on, and nothing starts twice', async () => {
      const w = await world()
      const first = await w.executor('e1')
      const { statuses } = await w.watch()
      const worker = await w.worker('w1', { slots: 3 })
      await statuses.until('the first leads', (seen) => seen.length > 0)
      await w.executor('e2')
      const run = await w.scheduler.run([...parallel(6), { taskId: 'after', upstream: ['t0', 't1'] }])
      await worker.started.until('three start', (seen) => seen.length === 3)
      await first.stop()
      await statuses.until('the second leads', (seen) => new Set(seen.map((s) => s.by)).size === 2)
      expect(worker.started.seen).toHaveLength(3)
      await worker.finishAll()
      await w.scheduler.untilState(run, 'success')
      expect(new Set(started(worker)).size).toBe(7)
      expect(worker.started.seen).toHaveLength(7)
      expect(w.scheduler.reports.seen.filter((r) => r.body.type === 'AttemptLost')).toEqual([])
      expect(w.failures).toEqual([])
    })
  })

  describe('a worker that falls silent', () => {
    test('is lost after its lease: its attempts are reported, go to another worker, and it is told to retire when it comes back', async () => {
      const w = await world()
      await w.executor('e1')
      const [dying, other] = [await w.worker('w1', { slots: 1 }), await w.worker('w2', { slots: 1 })]
      const run = await w.scheduler.run(parallel(2))
      await dying.started.until('one', (seen) => seen.length === 1)
      await other.started.until('one', (seen) => seen.length === 1)
      await dying.die()
      await w.scheduler.reports.until('it is lost', (seen) => seen.some((r) => r.body.type === 'AttemptLost'))
      const lost = w.scheduler.reports.seen.find((r) => r.body.type === 'AttemptLost')
      expect(lost?.token).toBe(dying.started.seen[0]?.token)
      await dying.beat()
      await dying.retired.until('retired', (seen) => seen.length > 0)
      await other.finishAll()
      await w.scheduler.untilState(run, 'success')
      const tries = Object.fromEntries(other.started.seen.map((c) => [c.taskId, c.tryNumber]))
      expect(tries).toEqual({ t0: 1, t1: 1, [lost?.taskId ?? '']: 2 })
    })
  })

  describe('records that cannot be read', () => {
    test('a heartbeat goes to dead-letters and stops nobody', async () => {
      const w = await world()
      await w.executor('e1')
      const { letters } = await w.watch()
      await w.main.bus.send([{ topic: w.main.topic('heartbeats'), partition: 0, key: 'x', value: Buffer.from('not Avro') }])
      await letters.until('a dead letter', (seen) => seen.length > 0)
      const worker = await w.worker('w1')
      await w.scheduler.run(parallel(1))
      await worker.started.until('it starts', (seen) => seen.length === 1)
      expect(w.failures).toEqual([])
    })
  })

  test('a decision that cannot be decoded goes to dead-letters and makes no gap', async () => {
    const w = await world()
    await w.executor('e1')
    const { letters } = await w.watch()
    const { bus, codec, topic } = w.main
    const target = { topic: topic('journal'), column: 0, owner: 'o' }
    const [ack] = await bus.send([acquisitionRecord(codec, target, 0, {})])
    const decision = (seq: number) => decisionRecords(codec, target, { epoch: ack?.offset ?? 0, seq, at: 0, positions: {}, events: [] })
    await bus.send([...decision(1), ...decision(2).map((r) => ({ ...r, value: Buffer.from('not Avro') })), ...decision(3)])
    await letters.until('a dead letter', (seen) => seen.length > 0)
    await bus.send(decision(4).map((r) => ({ ...r, value: Buffer.from('nor this') })))
    await letters.until('another', (seen) => seen.length > 1)
    expect(w.failures).toEqual([])
  })

  test('a journal that is impossible ends the executor with a sentence', async () => {
    const w = await world()
    const failed = new Promise<Error>((resolve) => {
      w.failures.push = (error: Error) => {
        resolve(error)
        return 1
      }
    })
    await w.executor('e1')
    const headers = { kind: 'acquired', owner: 'o', positions: '{}' }
    const journal = { topic: w.main.topic('journal'), partition: 0, key: 'column-0' }
    const [ack] = await w.main.bus.send([{ ...journal, value: w.main.codec.encode('Decision', { at: 0, events: [] }), headers }])
    await w.main.bus.send([
      {
        ...journal,
        value: w.main.codec.encode('Decision', { at: 0, events: [] }),
        headers: { kind: 'decided', owner: 'o', epoch: String(ack?.offset), seq: '5', last: '1', positions: '{}' },
      },
    ])
    expect((await failed).message).toMatch(/seq 5 follows 0 .* records are missing/)
  })
}
