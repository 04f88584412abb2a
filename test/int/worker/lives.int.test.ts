/** The life of a worker by PROTOCOL's letters: hello, executors that change, retire, lease, drain; tasks are real processes, the bus is the memory twin. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inboxPartition } from '../../../schemas/topics.ts'
import { type MemoryPlatform, makeMemoryPlatform } from '../../support/memory-platform.ts'
import { until } from '../../support/until.ts'
import { attemptOf, bashTask, taskOf } from './fake-executor.ts'
import { lives, openWorkerBench, type WorkerBench } from './worker-bench.ts'

let platform: MemoryPlatform
let bench: WorkerBench

beforeEach(async () => {
  platform = makeMemoryPlatform({ newId: randomUUID })
  bench = await openWorkerBench(platform)
})
afterEach(async () => {
  await bench.close()
  expect(bench.failures).toEqual([])
})

const empty = taskOf({ operator: 'empty' })
const pidOf = async (token: string): Promise<number> => {
  const { body } = await bench.executor.started(token)
  return body.type === 'AttemptStarted' ? body.pid : -1
}
/** Commands in one inbox are taken in order: what a later one brings about shows that an earlier one was passed over. */
const notStarted = (token: string): boolean => !bench.executor.reports.seen.some((report) => report.token === token)

describe('F, G, H, P', () => {
  it('says hello with counter 1 and no epoch, then counts up, naming what it is', async () => {
    const { executor } = bench
    const me = (await bench.worker({ queues: ['high_cpu'], slots: 3, beatMs: 50 })).incarnation()
    await executor.beats.until('three heartbeats', (seen) => seen.length >= 3)
    expect(executor.beats.seen[0]).toMatchObject({
      incarnation: me,
      counter: 1,
      epoch: -1,
      n: 0,
      body: { type: 'WorkerBeat', kind: 'worker', hostname: 'test', pid: process.pid, queues: ['high_cpu'], slots: 3, draining: false, attempts: [] },
    })
    expect(executor.beats.seen.slice(0, 3).map(({ counter }) => counter)).toEqual([1, 2, 3])
    expect(me).toMatch(new RegExp(`^test:${process.pid}:[0-9a-f]{8}$`))
  })

  it('obeys no executor older than the newest claim at its hello', async () => {
    const { executor } = bench
    const old = await executor.claim()
    const epoch = await executor.claim()
    const me = (await bench.worker()).incarnation()
    await executor.say(me, { type: 'Sync', reason: '' }, old, 1)
    await executor.command(me, { type: 'Sync', reason: '' })
    await executor.beats.until('an answer', (seen) => seen.some((beat) => beat.n === 1))
    expect(executor.beats.seen.filter((beat) => beat.n > 0).map((beat) => beat.epoch)).toEqual([epoch])
  })

  it('takes a newer executor only from its sync on, and the one before no longer', async () => {
    const { executor } = bench
    const me = (await bench.worker()).incarnation()
    const first = await executor.claim()
    const early = await executor.run(me, empty)
    await executor.sync(me)
    await executor.claim()
    await executor.sync(me)
    await executor.say(me, { type: 'RunAttempt', ...attemptOf(empty, { token: 'old' }) }, first, 99)
    const token = await executor.run(me, empty)
    expect((await executor.end(token)).type).toBe('AttemptSucceeded')
    expect([notStarted(early), notStarted('old')]).toEqual([true, true])
  })

  it('ignores repeated numbers, and records under its key for another incarnation', async () => {
    const { executor } = bench
    const me = (await bench.worker()).incarnation()
    const epoch = await executor.claim()
    await executor.sync(me)
    const token = await executor.run(me, empty)
    await executor.end(token)
    await executor.command(me, { type: 'ForgetAttempt', token, others: [] })
    await executor.untilListed(me, token, undefined)
    const sent = await executor.run(me, empty, { token: 'again' })
    await executor.end(sent)
    await executor.say(me, { type: 'CancelAttempt', token: 'x', reason: '' }, epoch, 2)
    await executor.say(`${me}x`, { type: 'Retire', reason: '' }, epoch, 50, me)
    const last = await executor.run(me, empty)
    await executor.end(last)
    await executor.beats.until('n of the last command', () => executor.lastBeat(me)?.n === 5)
    // Once, and its start with it: it was over before that could be told.
    expect(executor.reports.seen.filter((report) => report.token === token)).toMatchObject([
      { body: { type: 'AttemptSucceeded' }, start: { hostname: 'test' } },
    ])
  })

  it('sends a command that it cannot read to the dead letters, and goes on', async () => {
    const { executor } = bench
    const me = (await bench.worker()).incarnation()
    await executor.claim()
    await platform.bus.send([{ topic: platform.topic('inbox'), partition: inboxPartition(me), key: me, value: Buffer.from('rubbish') }])
    await executor.sync(me)
    const { partitions } = await platform.bus.offsets(platform.topic('dead-letters'))
    expect(partitions[0]?.high).toBe(1)
  })
})

describe('D, K: ended attempts', () => {
  it('lists them to a new executor until it says forget', async () => {
    const { executor } = bench
    const me = (await bench.worker()).incarnation()
    await executor.claim()
    await executor.sync(me)
    const token = await executor.run(me, empty)
    await executor.end(token)
    await executor.claim()
    const answer = await executor.sync(me)
    expect(answer.body).toMatchObject({ attempts: [{ token, state: 'ended', outcome: 'succeeded' }] })
    await executor.command(me, { type: 'ForgetAttempt', token, others: [] })
    await executor.untilListed(me, token, undefined)
  })
})

describe('M, N, O: the end of an incarnation', () => {
  it('O: retire kills everything, says nothing of it, and starts as somebody else', async () => {
    const { executor } = bench
    const worker = await bench.worker()
    const me = worker.incarnation()
    await executor.claim()
    await executor.sync(me)
    const token = await executor.run(me, bashTask('sleep 300'))
    const pid = await pidOf(token)
    await executor.command(me, { type: 'Retire', reason: 'declared lost' })
    await executor.beats.until('another hello', (seen) => seen.some((beat) => beat.incarnation !== me && beat.counter === 1))
    // N: its hello comes when nothing of the old life is left
    expect(lives(pid)).toBe(false)
    const next = executor.beats.seen.find((beat) => beat.incarnation !== me)?.incarnation ?? ''
    await executor.sync(next)
    expect((await executor.end(await executor.run(next, empty))).type).toBe('AttemptSucceeded')
    expect(executor.reports.seen.filter((report) => report.token === token).map(({ body }) => body.type)).toEqual(['AttemptStarted'])
    expect(worker.incarnation()).toBe(next)
  })

  it('M: a life has a mark of its own, so that a reaper that is late cannot reach the next one', async () => {
    const { executor } = bench
    const worker = await bench.worker()
    await executor.claim()
    const markOf = async (incarnation: string): Promise<string | undefined> => {
      await executor.sync(incarnation)
      const body = await executor.end(await executor.run(incarnation, bashTask('echo "$MILLRACE_TASK_PROCESS"')))
      return body.type === 'AttemptSucceeded' ? body.xcoms[0]?.value.split('.')[0] : undefined
    }
    const me = worker.incarnation()
    const first = await markOf(me)
    await executor.command(me, { type: 'Retire', reason: 'declared lost' })
    await executor.beats.until('another hello', (seen) => seen.some((beat) => beat.incarnation !== me && beat.counter === 1))
    const second = await markOf(executor.beats.seen.find((beat) => beat.incarnation !== me)?.incarnation ?? '')
    expect([first, second]).toEqual([expect.stringMatching(/[0-9a-f-]{36}/), expect.stringMatching(/[0-9a-f-]{36}/)])
    expect(second).not.toBe(first)
  })

  it('M: kills its attempts when heartbeats are not acknowledged in time, then starts as somebody else', async () => {
    let held: (() => void)[] | null = null
    const send: typeof platform.bus.send = async (records) => {
      if (held !== null) await new Promise<void>((resolve) => held?.push(resolve))
      return platform.bus.send(records)
    }
    await bench.close()
    bench = await openWorkerBench({ ...platform, bus: { ...platform.bus, send } })
    const { executor } = bench
    const me = (await bench.worker({ leaseMs: 1000, beatMs: 100 })).incarnation()
    await executor.claim()
    await executor.sync(me)
    const token = await executor.run(me, bashTask('sleep 300'))
    const pid = await pidOf(token)
    const heldSends: (() => void)[] = []
    held = heldSends
    await until('the attempt is killed', () => !lives(pid))
    held = null
    for (const release of heldSends) release()
    await executor.beats.until('another hello', (beats) => beats.some((beat) => beat.incarnation !== me && beat.counter === 1))
    expect(executor.reports.seen.filter((report) => report.token === token).map(({ body }) => body.type)).toEqual(['AttemptStarted'])
  })
})

describe('drain', () => {
  it('says draining, lets what runs end, hands back what comes, and leaves', async () => {
    const { executor } = bench
    const worker = await bench.worker()
    const me = worker.incarnation()
    await executor.claim()
    await executor.sync(me)
    const running = await executor.run(me, bashTask('sleep 0.5; echo done'))
    await executor.started(running)
    const stopped = worker.stop()
    await executor.beats.until('draining', () => {
      const body = executor.lastBeat(me)?.body
      return body?.type === 'WorkerBeat' && body.draining
    })
    const late = await executor.run(me, empty)
    expect(await executor.end(late)).toEqual({ type: 'AttemptLost', reason: 'worker_stopped' })
    expect((await executor.end(running)).type).toBe('AttemptSucceeded')
    await stopped
    await executor.beats.until('goodbye', () => executor.lastBeat(me)?.body.type === 'WorkerLeft')
  })

  it('kills what is not done within the grace time and reports it lost, which is not its fault', async () => {
    const { executor } = bench
    const worker = await bench.worker({ graceMs: 200 })
    const me = worker.incarnation()
    await executor.claim()
    await executor.sync(me)
    const token = await executor.run(me, bashTask('trap "" TERM; sleep 300'))
    const pid = await pidOf(token)
    await worker.stop()
    expect(await executor.end(token)).toEqual({ type: 'AttemptLost', reason: 'worker_stopped' })
    expect(lives(pid)).toBe(false)
  })

  it('two workers on one machine share a bundle folder and keep apart', async () => {
    const { executor } = bench
    const [one, two] = [await bench.worker(), await bench.worker()]
    await executor.claim()
    const tokens: string[] = []
    for (const { incarnation } of [one, two]) {
      await executor.sync(incarnation())
      for (let i = 0; i < 5; i++) tokens.push(await executor.run(incarnation(), bashTask(`echo ${i}`)))
    }
    for (const token of tokens) expect((await executor.end(token)).type).toBe('AttemptSucceeded')
    const by = executor.reports.seen.map((report) => report.by)
    expect(new Set(by)).toEqual(new Set([one.incarnation(), two.incarnation()]))
    await one.stop()
    expect((await executor.end(await executor.run(two.incarnation(), empty))).type).toBe('AttemptSucceeded')
  })
})
