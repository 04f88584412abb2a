import { describe, expect, it } from 'vitest'
import type { LiveRun, LiveTask, WaitReasons } from '../../../services/ui/src/api/types.ts'
import { type ClearChoice, noReach } from '../../../services/ui/src/data/change-subject.ts'
import { patchCache } from '../../../services/ui/src/live/patch-caches.ts'
import { clearCommand, markCommand, shellWord } from '../../../services/ui/src/pages/change/change-command.ts'
import { subjectLabel } from '../../../services/ui/src/pages/change/subject-label.ts'
import { instanceLabel } from '../../../services/ui/src/pages/instance-label.ts'
import { isWaiting } from '../../../services/ui/src/states/state-order.ts'

const task = { what: 'task', dagId: 'etl', runId: 'manual__2026-01-31T09:00:00+00:00', taskId: 'load', mapIndex: null } as const
const run = { what: 'run', dagId: 'etl', runId: "it's" } as const
const plain: ClearChoice = { ...noReach, onlyFailed: false, latestVersion: false }

describe('the command beside a dialog', () => {
  it('clears the same', () => {
    expect(clearCommand(task, { ...plain, downstream: true, past: true, onlyFailed: true })).toBe(
      'millrace tasks clear etl load --run manual__2026-01-31T09:00:00+00:00 --downstream --past --only-failed',
    )
    expect(clearCommand({ ...task, mapIndex: 3 }, plain)).toContain(' --map-index 3')
    expect(clearCommand(run, { ...plain, latestVersion: true })).toBe(`millrace runs clear etl 'it'\\''s' --latest-version`)
  })
  it('clears a range run by run', () => {
    const range = {
      what: 'range',
      dagId: 'etl',
      runs: [
        { runId: 'r1', taskIds: ['a', 'b'] },
        { runId: 'r2', taskIds: ['b'] },
      ],
    } as const
    expect(clearCommand(range, { ...plain, downstream: true })).toBe(
      'millrace tasks clear etl a b --run r1 --downstream && millrace tasks clear etl b --run r2 --downstream',
    )
    expect(subjectLabel(range)).toBe('3 task instances in 2 runs')
    expect(markCommand(range, 'failed', noReach)).toBeUndefined()
  })
  it('marks the same', () => {
    expect(markCommand(task, 'skipped', { ...noReach, upstream: true, future: true })).toBe(
      'millrace tasks mark etl manual__2026-01-31T09:00:00+00:00 load skipped --upstream --future',
    )
    expect(markCommand(run, 'failed', { ...noReach, upstream: true })).toBe(`millrace runs mark etl 'it'\\''s' failed`)
  })
  it('quotes what a shell would take apart', () => {
    expect(shellWord('a b')).toBe(`'a b'`)
    expect(shellWord('$(rm)')).toBe(`'$(rm)'`)
    expect(shellWord('group.task-1')).toBe('group.task-1')
  })
})

describe('names', () => {
  it('of instances and of what is to be changed', () => {
    expect(instanceLabel({ task_id: 'a', map_index: -1 })).toBe('a')
    expect(instanceLabel({ task_id: 'a', map_index: 2 })).toBe('a [2]')
    expect(instanceLabel({ task_id: 'a', map_index: 2, rendered_map_index: 'Oslo' })).toBe('a [Oslo]')
    expect(subjectLabel({ ...task, mapIndex: 4 })).toBe('load [4]')
    expect(subjectLabel(run)).toBe("run it's")
  })
})

describe('why an instance waits', () => {
  const key = ['why', 'etl', 'r1', 'load', -1]
  const because = (kind: string): WaitReasons => ({ state: 'queued', reasons: [{ kind: kind as never, facts: {}, sentence: '' }] })
  const event = (data: Partial<LiveTask>) => ({ kind: 'task', data: { dag_id: 'etl', dag_run_id: 'r1', state: 'running', ...data } as LiveTask }) as const
  const afterTask = (kind: string, data: Partial<LiveTask>) => patchCache(key, because(kind), event(data))

  it('is asked again when its own run moves, or its DAG', () => {
    expect(afterTask('upstream', {})).toBe('stale')
    expect(patchCache(key, because('paused'), { kind: 'run', data: { dag_id: 'etl', dag_run_id: 'r9' } as LiveRun })).toBe('stale')
  })
  it('is asked again when another run of the DAG moves only where that counts', () => {
    expect(afterTask('depends_on_past', { dag_run_id: 'r0' })).toBe('stale')
    expect(afterTask('upstream', { dag_run_id: 'r0' })).toEqual(because('upstream'))
  })
  it('is asked again when anything gives back a slot, if a slot is what it waits for', () => {
    expect(afterTask('pool', { dag_id: 'other', state: 'success' })).toBe('stale')
    expect(afterTask('pool', { dag_id: 'other', state: 'running' })).toEqual(because('pool'))
    expect(afterTask('retry_at', { dag_id: 'other', state: 'success' })).toEqual(because('retry_at'))
  })
  it('has a meaning for what neither runs nor is over', () => {
    expect([null, 'scheduled', 'queued', 'up_for_retry', 'deferred', 'restarting'].every(isWaiting)).toBe(true)
    expect(['running', 'success', 'failed', 'skipped', 'upstream_failed', 'removed'].some(isWaiting)).toBe(false)
  })
})
