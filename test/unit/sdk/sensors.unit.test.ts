import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../services/core/dag.ts'
import { dag } from '../../../services/sdk/dag.ts'
import { defer } from '../../../services/sdk/deferral.ts'
import { task } from '../../../services/sdk/function-task.ts'
import { triggerDagRun } from '../../../services/sdk/operators/trigger-dag-run.ts'
import { fail } from '../../../services/sdk/outcomes.ts'
import type { RunCommand } from '../../../services/sdk/runtime/attempt.ts'
import { pauseMs } from '../../../services/sdk/runtime/look.ts'
import { datasetSensor, externalTaskSensor, kafkaMessageSensor } from '../../../services/sdk/sensors/event-sensors.ts'
import { fileSensor } from '../../../services/sdk/sensors/file-sensor.ts'
import { sensor } from '../../../services/sdk/sensors/function-sensor.ts'
import { sqlSensor } from '../../../services/sdk/sensors/sql-sensor.ts'
import { timeDeltaSensor, timeSensor } from '../../../services/sdk/sensors/time-sensors.ts'
import { trigger } from '../../../services/sdk/triggers/custom-trigger.ts'
import { triggers } from '../../../services/sdk/triggers/triggers.ts'
import { type AttemptWorld, logicalDate, runLast } from '../../support/attempts.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-sensors-'))
})
afterAll(() => rm(folder, { recursive: true }))

const outcome = async (build: () => void, world: AttemptWorld = {}) => (await runLast(build, world)).outcome
/** What an attempt that is deferred hands over. */
const deferred = async (build: () => void, world: AttemptWorld = {}) => {
  const found = await outcome(build, world)
  if (found.kind !== 'deferred') throw new Error(JSON.stringify(found))
  return { ...found, trigger: JSON.parse(found.trigger) as JsonObject, state: JSON.parse(found.state ?? 'null') }
}
const resumed = (event: unknown, state: unknown = null): AttemptWorld => ({
  context: { resume: { event: event as never, method: null, state: state as never } },
})

describe('defer', () => {
  it('hands over the trigger, a method, a state and the end of the wait', async () => {
    const at = new Date(5_000_000_000_000)
    const found = await deferred(() => task('t', () => defer(triggers.time({ at }), { method: 'next', state: { page: 1 }, timeout: '1m' })))
    expect(found).toMatchObject({
      trigger: { kind: 'time', name: null, args: { at: at.getTime() }, needsCode: false, onTimeout: 'retry' },
      ...{ method: 'next', state: { page: 1 } },
    })
    expect((found.timeoutAt ?? 0) - Date.now()).toBeLessThanOrEqual(60_000)
  })
  it('on resume the function gets event, method and state', async () => {
    const world: AttemptWorld = { context: { resume: { event: { n: 1 }, method: 'next', state: [2] } } }
    const found = await outcome(() => task('t', ({ resume }) => resume), world)
    expect(found).toMatchObject({ kind: 'succeeded', xcoms: [{ value: '{"event":{"n":1},"method":"next","state":[2]}' }] })
  })
  it("takes the author's own trigger, by its name", async () => {
    const mine = trigger('mine', async ({ n }: { n: number }) => n)
    expect((await deferred(() => task('t', () => defer(mine({ n: 3 }))))).trigger).toMatchObject({
      kind: 'custom',
      name: 'mine',
      args: { n: 3 },
      needsCode: true,
    })
  })
  it('refuses what is no trigger, and a secret in what is handed over', async () => {
    expect(await outcome(() => task('t', () => defer('soon' as never)))).toMatchObject({ kind: 'failed', error: { type: 'bad_option' } })
    const world = { connections: { api: 'http://me:s3cret-word@host' } }
    const leaky = () => task('t', async ({ connection }) => defer(triggers.http({ endpoint: `x?key=${(await connection('api')).password}` })))
    expect(await outcome(leaky, world)).toMatchObject({ kind: 'failed', error: { message: expect.stringContaining('hand over the id of the connection') } })
  })
  it('triggers check their arguments', () => {
    expect(() => triggers.time({ at: 'noon' as never })).toThrow(/option 'at' must be a Date/)
    expect(() => triggers.file({} as never)).toThrow(/needs 'path'/)
    expect(() => triggers.externalTask({ dagId: 'd' })).toThrow(/either 'runId' or 'logicalDate'/)
    expect(() => trigger('a b', async () => 1)).toThrow(/its name/)
  })
})

describe('modes', () => {
  const never = (options: object) => () => fileSensor('s', { path: join(folder, 'never'), ...options })
  it('mode poke holds its slot until it is there', async () => {
    let looks = 0
    const found = await outcome(() => sensor('s', { pokeInterval: 5 }, () => ++looks > 2 && { looks }))
    expect(found).toMatchObject({ kind: 'succeeded', xcoms: [{ key: 'return_value', value: '{"looks":3}' }] })
  })
  it('mode reschedule frees its slot between looks', async () => {
    const found = await outcome(never({ mode: 'reschedule', pokeInterval: '1h' }))
    expect(found.kind === 'rescheduled' && found.nextPokeAt - Date.now()).toBeGreaterThan(3_500_000)
  })
  it('mode deferrable looks once and hands the rest to the triggerer', async () => {
    const path = join(folder, 'here')
    await writeFile(path, '')
    expect(await outcome(() => fileSensor('s', { path, mode: 'deferrable' }))).toMatchObject({ kind: 'succeeded', xcoms: [] })
    expect(await deferred(never({ mode: 'deferrable', pokeInterval: '2s', softFail: true }))).toMatchObject({
      trigger: { kind: 'file', args: { path: join(folder, 'never'), pokeIntervalMs: 2000 }, needsCode: false, onTimeout: 'skip' },
    })
    expect(await outcome(never({ mode: 'deferrable' }), resumed({}))).toMatchObject({ kind: 'succeeded', xcoms: [] })
  })
  it('a look with code of the DAG goes to the process for code', async () => {
    expect((await deferred(() => sensor('s', { mode: 'deferrable' }, () => false))).trigger).toMatchObject({ kind: 'look', needsCode: true, onTimeout: 'fail' })
    expect(await outcome(() => sensor('s', { mode: 'deferrable' }, () => false), resumed({ value: 7 }))).toMatchObject({ xcoms: [{ value: '7' }] })
  })
  it('the time-out counts from the first try', async () => {
    const late = { context: { firstTryStartedAt: Date.now() - 120_000, tryNumber: 2 } }
    expect(await outcome(never({ timeout: '1m', mode: 'reschedule' }), late)).toMatchObject({ kind: 'failed', retryable: false })
    expect(await outcome(never({ timeout: '1m', softFail: true, mode: 'deferrable' }), late)).toMatchObject({ kind: 'skipped' })
    const found = await deferred(never({ timeout: '3m', mode: 'deferrable' }), late)
    expect((found.timeoutAt ?? 0) - Date.now()).toBeLessThanOrEqual(60_000)
  })
  it('backs off up to maxWait', () => {
    const args = { pokeIntervalMs: 100, exponentialBackoff: true, maxWaitMs: 5000 }
    expect([0, 100, 300, 3000, 60_000].map((elapsed) => pauseMs(args, elapsed))).toEqual([100, 100, 300, 3000, 5000])
    expect(pauseMs({ pokeIntervalMs: 100 }, 60_000)).toBe(100)
  })
  it('what a sensor throws by fail ends it for good', async () => {
    expect(await outcome(() => sensor('s', () => fail('gone')))).toMatchObject({ kind: 'failed', retryable: false })
  })
})

describe('what they wait for', () => {
  it('a file by pattern, a folder with something in it', async () => {
    expect(await outcome(() => fileSensor('s', { path: join(folder, 'no-*'), mode: 'reschedule' }))).toMatchObject({ kind: 'rescheduled' })
    await writeFile(join(folder, 'no-1'), '')
    expect(await outcome(() => fileSensor('s', { path: join(folder, 'no-*') }))).toMatchObject({ kind: 'succeeded' })
    expect(await outcome(() => fileSensor('s', { path: folder }))).toMatchObject({ kind: 'succeeded' })
  })
  it('a time: an instant, a time of the day, so long after the interval', async () => {
    expect(await outcome(() => timeSensor('s', { at: '2020-01-01T00:00:00Z' }))).toMatchObject({ kind: 'succeeded' })
    const runAfter = Date.UTC(2100, 0, 2, 3)
    expect(await deferred(() => timeSensor('s', { at: '06:30' }), { context: { runAfter } })).toMatchObject({
      trigger: { kind: 'time', args: { at: Date.UTC(2100, 0, 2, 6, 30) } },
    })
    expect(await outcome(() => timeSensor('s', { at: '06:30', mode: 'reschedule' }), { context: { runAfter } })).toEqual({
      kind: 'rescheduled',
      nextPokeAt: Date.UTC(2100, 0, 2, 6, 30),
    })
    const dataIntervalEnd = Date.UTC(2100, 0, 1)
    expect((await deferred(() => timeDeltaSensor('s', { delta: '2h' }), { context: { dataIntervalEnd } })).trigger).toMatchObject({
      args: { at: dataIntervalEnd + 7_200_000 },
    })
    expect(await outcome(() => timeSensor('s', { at: 'noon' }))).toMatchObject({ kind: 'failed', error: { type: 'bad_option' } })
  })
  it('a query, by its first column', async () => {
    expect(dag('d', () => void sqlSensor('s', { sql: 'select {{ ds }}', mode: 'deferrable' })).spec().tasks).toMatchObject([
      { operator: 'sql_sensor', needsCode: false },
    ])
  })
  it('another DAG by the same logical date, minus a delta', async () => {
    const found = await deferred(() => externalTaskSensor('s', { dagId: 'other', taskId: 'x', executionDelta: '1h', skippedStates: ['skipped'] }))
    expect(found.trigger).toMatchObject({
      kind: 'external_task',
      args: {
        dagId: 'other',
        taskIds: ['x'],
        logicalDate: logicalDate - 3_600_000,
        allowedStates: ['success'],
        failedStates: ['failed', 'upstream_failed', 'skipped'],
      },
    })
    const build = () => externalTaskSensor('s', { dagId: 'other', taskId: 'x', skippedStates: ['skipped'] })
    const event = (state: string) => resumed({ dagId: 'other', runId: 'r', states: { x: state } })
    expect(await outcome(build, event('success'))).toMatchObject({ kind: 'succeeded' })
    expect(await outcome(build, event('skipped'))).toMatchObject({ kind: 'skipped' })
    expect(await outcome(build, event('failed'))).toMatchObject({ kind: 'failed', retryable: false, error: { message: 'in DAG other, run r: x is failed' } })
  })
  it('a message or a dataset event since the first try began', async () => {
    const world = { context: { firstTryStartedAt: Date.now() - 5000, params: { order: '7' } } }
    const message = await deferred(() => kafkaMessageSensor('s', { topic: 'orders', where: { 'order.id': '{{ params.order }}' } }), world)
    expect(message.trigger).toMatchObject({
      kind: 'kafka_message',
      args: { topic: 'orders', where: { 'order.id': '7' }, since: world.context.firstTryStartedAt },
    })
    expect((await deferred(() => datasetSensor('s', { dataset: 'kafka://a' }), world)).trigger).toMatchObject({ kind: 'dataset', args: { uri: 'kafka://a' } })
    expect(await outcome(() => datasetSensor('s', { dataset: 'kafka://a' }), resumed({ id: 'e' }))).toMatchObject({ xcoms: [{ value: '{"id":"e"}' }] })
  })
  it('there is nothing to poke in a topic', () => {
    expect(() => dag('d', () => void kafkaMessageSensor('s', { topic: 't', mode: 'poke' as never }))).toThrow(/it waits for events/)
  })
})

describe('triggerDagRun', () => {
  const asked: RunCommand[] = []
  const accepting: AttemptWorld = {
    triggerRun: (command) => {
      asked.push(command)
      return { accepted: true, code: null, message: null, runId: 'r1' }
    },
  }
  it('asks under one id for all tries until it is cleared', async () => {
    asked.length = 0
    const build = () => triggerDagRun('t', { dagId: 'other', conf: { day: '{{ ds }}' }, logicalDate: '{{ ts }}' })
    for (const context of [{ tryNumber: 1 }, { tryNumber: 2 }, { tryNumber: 3, triesBefore: 2 }])
      expect(await outcome(build, { ...accepting, context })).toMatchObject({ kind: 'succeeded', xcoms: [{ value: '{"dagId":"other","runId":"r1"}' }] })
    expect(asked[0]).toMatchObject({ dagId: 'other', conf: { day: '2024-01-02' }, logicalDate, withoutLogicalDate: false })
    expect(asked.map(({ id }) => id === asked[0]?.id)).toEqual([true, true, false])
  })
  it('waits in its slot, or in the triggerer; fails when the run does', async () => {
    expect(await outcome(() => triggerDagRun('t', { dagId: 'o', wait: 'poke' }), { ...accepting, runEnd: 'failed' })).toMatchObject({
      kind: 'failed',
      retryable: false,
    })
    expect(await outcome(() => triggerDagRun('t', { dagId: 'o', wait: 'poke', allowedStates: ['failed'] }), { ...accepting, runEnd: 'failed' })).toMatchObject({
      kind: 'succeeded',
    })
    const build = () => triggerDagRun('t', { dagId: 'o', wait: 'deferrable' })
    const found = await deferred(build, accepting)
    expect(found).toMatchObject({ trigger: { kind: 'dag_run', args: { dagId: 'o', runId: 'r1' } }, state: { dagId: 'o', runId: 'r1' } })
    const event = { dagId: 'o', runId: 'r1', states: { run: 'success' } }
    expect(await outcome(build, resumed(event, found.state))).toMatchObject({
      kind: 'succeeded',
      xcoms: [{ value: '{"dagId":"o","runId":"r1","state":"success"}' }],
    })
  })
  it('a refusal fails it for good, or skips it when the run is there already', async () => {
    const conflict: AttemptWorld = { triggerRun: () => ({ accepted: false, code: 'run_conflict', message: 'there is one', runId: null }) }
    expect(await outcome(() => triggerDagRun('t', { dagId: 'o' }), conflict)).toMatchObject({ kind: 'failed', retryable: false })
    expect(await outcome(() => triggerDagRun('t', { dagId: 'o', skipWhenAlreadyExists: true }), conflict)).toMatchObject({ kind: 'skipped' })
  })
})
