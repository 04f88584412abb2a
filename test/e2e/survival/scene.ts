/** What the survival tests share: an installation with two schedulers, executors and workers, and a look at who does what. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { badEnds, findAll } from '../../chaos/counts.ts'
import { collectEvidence } from '../../chaos/evidence.ts'
import { readLedger } from '../../chaos/ledger.ts'
import { triggerUntilTaken } from '../../chaos/load.ts'
import { openWorld, untilTakesWork, type World } from '../../chaos/world.ts'
import { until } from '../../support/until.ts'

export const smallDags = Array.from({ length: 24 }, (_, i) => `small_${i}`)
const big = 'survive200'
const inTheMiddle = 40

export const openScene = async (env: Readonly<Record<string, string>> = {}): Promise<World> => {
  const world = await openWorld({ dags: ['test/e2e/survival/dags'], extra: ['scheduler', 'executor', 'worker'], slots: 16, env })
  try {
    await untilTakesWork(world, [big, ...smallDags], 2)
    return world
  } catch (error) {
    await world.close()
    throw error
  }
}

let count = 0

/** Starts a run of each DAG; answers `dag/run` of them. */
export const startRuns = async (world: World, dagIds: readonly string[]): Promise<readonly string[]> => {
  const n = count++
  await Promise.all(dagIds.map((dagId) => triggerUntilTaken(world.url, dagId, `r${n}`, new Date(Date.UTC(2024, 0, 1) + n * 60_000))))
  return dagIds.map((dagId) => `${dagId}/r${n}`)
}

/** A run of 200 tasks; `fault` strikes when some of them have ended. Nothing may change but time. */
export const surviveInTheMiddle = async (world: World, fault: () => Promise<void>): Promise<void> => {
  const [key = ''] = await startRuns(world, [big])
  const ended = () => readLedger(world.ledgerFile).lines.filter((line) => line.kind === 'end' && `${line.dag}/${line.run}` === key).length
  await until('the run is in the middle', async () => ended() >= inTheMiddle, 60_000)
  const before = ended()
  await fault()
  expect(before, 'the fault came in the middle').toBeLessThan(200)
  const evidence = await collectEvidence(world, [key])
  expect(findAll(evidence)).toEqual({ lost: [], duplicate: [], overlap: [], phantom: [], divergence: [], order: [] })
  expect(badEnds(evidence.history, [key])).toEqual([])
  expect([...evidence.history.instances.keys()].filter((instance) => instance.startsWith(`${key}/`))).toHaveLength(200)
}

interface LogLine {
  readonly time: number
  readonly columns?: readonly number[]
  readonly assigned?: boolean
}

const linesOf = (world: World, name: string): readonly LogLine[] =>
  readFileSync(world.logFileOf(name), 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        return [JSON.parse(text) as LogLine]
      } catch {
        return [] // a last line that a kill cut off, or none of ours
      }
    })

/** The columns that a scheduler was given last. */
export const columnsOf = (world: World, name: string): readonly number[] => linesOf(world, name).findLast((line) => line.columns)?.columns ?? []

/** The executor that was last told to lead. */
export const leaderOf = (world: World): string => {
  const last = ['executor', 'executor-2'].map((name) => ({ name, time: linesOf(world, name).findLast((line) => line.assigned)?.time ?? 0 }))
  return (last.sort((a, b) => b.time - a.time)[0] as { name: string }).name
}

/** Whether the executor ever was told to lead. */
export const hasLed = (world: World, name: string): boolean => linesOf(world, name).some((line) => line.assigned)

/** Signals the process and waits until its supervisor has started it again. */
export const end = async (world: World, name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
  const pid = world.signal(name, signal)
  if (pid === undefined) throw new Error(`${name} does not run`)
  await until(
    `${name} was started again`,
    async () => {
      const now = world.pidOf(name)
      return now !== undefined && now !== pid
    },
    60_000,
  )
}

const pauseMs = 15_000

/** Stops the process for 15 s: long enough for others to have taken its work, which it does not know when it wakes. */
export const pause = async (world: World, name: string): Promise<void> => {
  const pid = world.signal(name, 'SIGSTOP')
  if (pid === undefined) throw new Error(`${name} does not run`)
  await new Promise((resolve) => setTimeout(resolve, pauseMs))
  process.kill(pid, 'SIGCONT')
}
