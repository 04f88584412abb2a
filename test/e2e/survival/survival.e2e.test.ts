/** Two of each side by side: they share the work, and ending, killing or pausing any one of them in the middle of a run changes nothing but time. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnOf } from '../../../services/core/column.ts'
import { findAll } from '../../chaos/counts.ts'
import { collectEvidence } from '../../chaos/evidence.ts'
import type { World } from '../../chaos/world.ts'
import { type FreshDatabase, freshDatabase, freshTopicPrefix, stackEnv } from '../../support/stack-env.ts'
import { until } from '../../support/until.ts'
import { columnsOf, end, hasLed, leaderOf, openScene, pause, smallDags, startRuns, surviveInTheMiddle } from './scene.ts'

let world: World
let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
  const servers = { KAFKA_BROKERS: stackEnv('KAFKA_BROKERS'), SCHEMA_REGISTRY_URL: stackEnv('SCHEMA_REGISTRY_URL'), DATABASE_URL: database.url }
  world = await openScene({ ...servers, MILLRACE_TOPIC_PREFIX: freshTopicPrefix() })
})
afterAll(async () => {
  await world?.close()
  await database?.drop()
})

const sharesColumns = async (): Promise<boolean> => {
  const [one, other] = [columnsOf(world, 'scheduler'), columnsOf(world, 'scheduler-2')]
  return one.length === 6 && other.length === 6 && new Set([...one, ...other]).size === 12
}

test('they share the work', async () => {
  await until('each scheduler owns half of the columns', sharesColumns)
  const runs = await startRuns(world, ['survive200', ...smallDags])
  const evidence = await collectEvidence(world, runs)
  expect(findAll(evidence)).toEqual({ lost: [], duplicate: [], overlap: [], phantom: [], divergence: [], order: [] })
  for (const name of ['scheduler', 'scheduler-2']) {
    const its = runs.filter((run) => columnsOf(world, name).includes(columnOf(run.split('/')[0] ?? '', 12)))
    expect(its.length, `runs that ${name} decided about`).toBeGreaterThan(0)
    expect(its.map((run) => evidence.history.runs.get(run)?.state)).toEqual(its.map(() => 'success'))
  }
  const workers = new Set(evidence.ledger.lines.map((line) => line.worker))
  expect([...workers].sort()).toEqual([world.pidOf('worker'), world.pidOf('worker-2')].sort())
})

/** Whom it hurts: the scheduler that owns the run's column, the executor that leads, a worker. */
const victims = {
  scheduler: () => (columnsOf(world, 'scheduler').includes(columnOf('survive200', 12)) ? 'scheduler' : 'scheduler-2'),
  executor: () => leaderOf(world),
  worker: () => 'worker-2',
} as const

describe.each(['scheduler', 'executor', 'worker'] as const)('the %s', (service) => {
  test('is asked to end', () => surviveInTheMiddle(world, () => end(world, victims[service](), 'SIGTERM')))
  test('is killed', () => surviveInTheMiddle(world, () => end(world, victims[service](), 'SIGKILL')))
  test('sleeps for 15 s', () => surviveInTheMiddle(world, () => pause(world, victims[service]())))
})

test('both executors have led, and dispatched what ran meanwhile', () => {
  expect(['executor', 'executor-2'].filter((name) => hasLed(world, name))).toHaveLength(2)
})
