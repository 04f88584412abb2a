import { afterEach, expect, test } from 'vitest'
import { makeLog } from '../../../services/platform/log.ts'
import { makeClockWatch } from '../../../services/scheduler/clock-watch.ts'
import { openJournalTruth } from '../../support/journal-truth.ts'
import { makeMemoryInstallation } from '../../support/memory-installation.ts'
import { robotWorker } from '../../support/robot-worker.ts'
import { publishDag, sendCommand, unpause } from '../../support/send.ts'
import { makeVirtualClock } from '../../support/virtual-clock.ts'

const dayMs = 86_400_000
const dagId = 'abc'
const tasks = Array.from({ length: 6 }, (_, i) => ({ taskId: `t${i}`, operator: 'bash', args: { command: 'true' }, upstream: i === 0 ? [] : [`t${i - 1}`] }))

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

for (const days of [8, -8])
  test(`a clock that is moved by ${days} days between stop and start: nothing is lost, and time never goes back in the journal`, async () => {
    const clock = makeVirtualClock('2026-03-01T00:00:00Z')
    const world = makeMemoryInstallation({ clock, checkpointEvents: 1 })
    const { main } = world
    let robot: ReturnType<typeof robotWorker> = () => undefined
    const truth = await openJournalTruth(main, (entry) => robot(entry))
    closers.push(() => truth.close())
    closers.push(() => world.stop())
    await world.start('scheduler', 'feeds')
    await publishDag(main, { dagId, tasks })
    await unpause(main, dagId)
    robot = robotWorker(main)
    for (let i = 0; i < 30; i++) await sendCommand(main, { dagId, kind: 'trigger_run', runId: `r${i}` })
    await truth.until('runs', (t) => t.run(dagId, 'r0')?.state === 'success' || t.columns[0]?.dags.get(dagId)?.archived.has('r0'))
    await world.stop()
    await sendCommand(main, { dagId, kind: 'trigger_run', runId: 'waiting' })
    await clock.move(days * dayMs)

    await world.start('scheduler', 'feeds')
    // What waits when the scheduler comes up, and what comes then.
    await sendCommand(main, { dagId, kind: 'trigger_run', runId: 'after' })
    const isOver = (runId: string): boolean => {
      const dag = truth.columns[0]?.dags.get(dagId)
      return dag?.runs.get(runId)?.state === 'success' || dag?.archived.get(runId)?.state === 'success'
    }
    const runIds = [...Array.from({ length: 30 }, (_, i) => `r${i}`), 'waiting', 'after']
    await truth.until('every run', () => runIds.every(isOver))
    const times = truth.entries[0]?.flatMap((entry) => (entry.kind === 'decided' ? [entry.at] : [])) ?? []
    expect(times).toEqual([...times].sort((a, b) => a - b))
    const { low } = (await main.bus.offsets(main.topic('journal'))).partitions[0] ?? { low: 0 }
    const kept = (await world.toldCheckpoint()) ?? 0
    expect(low).toBeLessThanOrEqual(kept)
    expect(world.failures).toEqual([])

    // And once more, from what was kept.
    await world.stop()
    await world.start('scheduler', 'feeds')
    await sendCommand(main, { dagId, kind: 'trigger_run', runId: 'last' })
    await truth.until('a run after that', () => isOver('last'))
    await expect.poll(() => world.feeds().run.get(`${dagId}/last`)?.at(-1)?.state).toBe('success')
    expect(world.failures).toEqual([])
  })

test('a clock is off when the broker stamps a record outside of the time between its send and its reading back', async () => {
  const clock = makeVirtualClock('2026-03-01T00:00:00Z')
  const lines: unknown[] = []
  let changes = 0
  const log = { ...makeLog('test', 'silent'), warn: (...args: unknown[]) => void lines.push(args) }
  const watch = makeClockWatch(clock, log as never, () => changes++)
  const sentAt = clock.now()
  await clock.move(60_000) // a stalled broker is no clock that is off
  watch.observed(sentAt, sentAt + 30_000)
  expect(watch.offMs()).toBeNull()
  watch.observed(sentAt, sentAt - 5000)
  expect(watch.offMs()).toBe(5000)
  watch.observed(sentAt, clock.now() + 3000)
  expect(watch.offMs()).toBe(-3000)
  expect(lines.length).toBe(1) // once a minute
  watch.observed(sentAt, sentAt)
  expect(watch.offMs()).toBeNull()
  expect(changes).toBe(3)
})
