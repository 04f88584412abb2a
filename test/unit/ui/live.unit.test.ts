import { describe, expect, it } from 'vitest'
import type { Grid, LiveRun, LiveTask, TaskInstance } from '../../../services/ui/src/api/types.ts'
import { outdatedBy, patchCache } from '../../../services/ui/src/live/patch-caches.ts'
import { patchDagRows } from '../../../services/ui/src/live/patch-dag-rows.ts'
import { patchGrid } from '../../../services/ui/src/live/patch-grid.ts'
import { patchTaskInstance } from '../../../services/ui/src/live/patch-task-instances.ts'
import { openRecentEvents } from '../../../services/ui/src/live/recent-events.ts'
import { dagBody, dagDetails, gridBody, instanceBody, runBar, runBody } from '../../support/ui-fixture-data.mjs'
import { makeModel } from '../../support/ui-fixture-model.mjs'

const model = makeModel(Date.parse('2026-11-20T09:00:00Z'))
const dag = model.dags[1]
if (!dag) throw new Error('the fixture has no second DAG')
const newest = dag.runs[0]
if (!newest) throw new Error('the fixture DAG has no run')
const taskId = 'extract_user'
const row = dag.ids.indexOf(taskId)
const grid = (): Grid => gridBody(dag, 25) as Grid

const task = (change: Partial<LiveTask>): { kind: 'task'; data: LiveTask } => ({
  kind: 'task',
  data: { ...(instanceBody(dag, newest, taskId) as object as LiveTask), at: '2026-11-20T09:00:00Z', event_number: 9, state: 'failed', ...change },
})
const run = (change: Partial<LiveRun>): { kind: 'run'; data: LiveRun } => ({
  kind: 'run',
  data: { ...(runBody(dag, newest) as LiveRun), at: '2026-11-20T09:00:00Z', version: 'a3f9c1', event_number: 9, ...change },
})

const patched = (before: Grid, event: Parameters<typeof patchGrid>[1]): Grid => {
  const after = patchGrid(before, event)
  if (after === 'stale') throw new Error('the event should have been applied in place')
  return after
}

describe('patchGrid', () => {
  it('changes one cell and no other column', () => {
    const before = grid()
    const after = patched(before, task({ try_number: 2 }))
    expect(after.runs[0]?.states[row]).toBe('failed')
    expect(after.runs[0]?.try_numbers[row]).toBe(2)
    expect(after.runs[1]).toBe(before.runs[1])
  })
  it('keeps the higher number: an old or repeated event changes nothing', () => {
    const once = patched(grid(), task({}))
    expect(patchGrid(once, task({ state: 'running' }))).toBe(once)
    expect(patchGrid(once, task({ state: 'running', event_number: 8 }))).toBe(once)
  })
  it('keeps the start of a try when the event does not know it, and forgets it with the next try', () => {
    const before = grid()
    expect(patched(before, task({ start_date: null })).runs[0]?.starts[row]).toBe(before.runs[0]?.starts[row])
    expect(patched(before, task({ start_date: null, try_number: 2 })).runs[0]?.starts[row]).toBeNull()
  })
  it('adds a run that has just begun, all its tasks blank', () => {
    const after = patched(grid(), run({ dag_run_id: 'manual__new', run_after: '2026-11-20T10:00:00.000Z', state: 'queued' }))
    expect(after.runs[0]).toMatchObject({ dag_run_id: 'manual__new', state: 'queued' })
    expect(after.runs[0]?.states).toEqual(dag.ids.map(() => null))
    expect(after.total_runs).toBe(grid().total_runs + 1)
  })
  it('asks for a new GET where only the server knows: another version, an older run, a mapped task, an unknown task', () => {
    expect(patchGrid(grid(), run({ dag_run_id: 'x', version: 'other', run_after: '2027-01-01T00:00:00Z' }))).toBe('stale')
    expect(patchGrid(grid(), run({ dag_run_id: 'x', run_after: '2020-01-01T00:00:00Z' }))).toBe('stale')
    expect(patchGrid(grid(), task({ map_index: 3 }))).toBe('stale')
    expect(patchGrid(grid(), task({ task_id: 'brand_new' }))).toBe('stale')
  })
  it('leaves the grids of other DAGs alone', () => {
    const before = grid()
    expect(patchGrid(before, task({ dag_id: 'another' }))).toBe(before)
    expect(patchGrid(before, run({ dag_id: 'another', dag_run_id: 'x' }))).toBe(before)
  })
})

describe('patchDagRows', () => {
  const page = { rows: [{ dag: dagBody(dag), event_number: 3, latest_dag_runs: dag.runs.slice(0, 14).map(runBar) }], total_entries: 1 } as Parameters<
    typeof patchDagRows
  >[0]
  it('puts a new run first and keeps fourteen', () => {
    const after = patchDagRows(page, run({ dag_run_id: 'manual__new', run_after: '2026-11-20T10:00:00.000Z', state: 'running' }))
    const runs = after === 'stale' ? [] : (after.rows[0]?.latest_dag_runs ?? [])
    expect(runs[0]).toMatchObject({ dag_run_id: 'manual__new', state: 'running' })
    expect(runs).toHaveLength(14)
  })
  it('flips the switch by number', () => {
    const data = { ...(dagBody(dag) as object), dag_id: dag.id, event_number: 4, is_paused: false, is_stale: false, version: 'a3f9c1', at: '' } as never
    const after = patchDagRows(page, { kind: 'dag', data })
    expect(after).toMatchObject({ rows: [{ event_number: 4, dag: { is_paused: false } }] })
    expect(after === 'stale' ? null : patchDagRows(after, { kind: 'dag', data })).toBe(after)
  })
})

describe('patchCache', () => {
  it('lets what it does not know be', () => {
    const data = { anything: 1 }
    expect(patchCache(['import-errors'], data, task({}))).toBe(data)
  })
  it('patches one run, one instance, and a list of instances by the same event', () => {
    const instance = instanceBody(dag, newest, taskId)
    expect(patchCache(['run', dag.id, newest.id], runBody(dag, newest), run({ state: 'failed' }))).toMatchObject({ state: 'failed', event_number: 9 })
    expect(patchCache(['task-instance', dag.id, newest.id, taskId, -1], instance, task({}))).toMatchObject({
      state: 'failed',
      rendered_fields: instance.rendered_fields,
    })
    expect(patchCache(['task-instances', dag.id, newest.id], { task_instances: [instance], total_entries: 1 }, task({}))).toMatchObject({
      task_instances: [{ state: 'failed' }],
    })
  })
  it('fetches the details again when there is a newer version', () => {
    const event = { kind: 'dag', data: { ...(dagBody(dag) as object), event_number: 9, version: 'b'.repeat(6), at: '' } } as Parameters<typeof patchCache>[2]
    expect(patchCache(['dag', dag.id], dagDetails(dag), event)).toBe('stale')
  })
})

describe('recent events', () => {
  it('tells what came since a mark, also after the oldest were dropped', () => {
    const recent = openRecentEvents()
    for (let n = 0; n < 5000; n++) recent.add(task({ event_number: n }))
    const mark = recent.mark()
    recent.add(task({ event_number: 7777 }))
    expect(recent.since(mark).map((event) => event.data.event_number)).toEqual([7777])
  })
})

describe('patchTaskInstance', () => {
  const instance = (more: Partial<TaskInstance> = {}): TaskInstance => ({ ...(instanceBody(dag, newest, taskId) as object as TaskInstance), ...more })
  const trigger = { classpath: 'http', kwargs: '{}', created_date: '2026-11-20T09:00:00Z', triggerer_id: null }
  it('is fetched again when the task is deferred: only the server knows what it waits for', () => {
    expect(patchTaskInstance(instance(), task({ state: 'deferred' }))).toMatchObject({ state: 'deferred', trigger: null })
    expect(outdatedBy(task({ state: 'deferred' }))).toContainEqual(['task-instance', dag.id, newest.id, taskId, -1])
    expect(outdatedBy(task({ state: 'scheduled' }))).not.toContainEqual(['task-instance', dag.id, newest.id, taskId, -1])
  })
  it('forgets the trigger when the task goes on', () => {
    const shown = instance({ state: 'deferred', event_number: 8, trigger })
    expect(patchTaskInstance(shown, task({ state: 'scheduled' }))).toMatchObject({ state: 'scheduled', trigger: null })
  })
})
