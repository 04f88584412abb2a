import { describe, expect, it } from 'vitest'
import { at, columnDriver } from '../../support/column-driver.ts'

const one = { dagId: 'one', tasks: [{ taskId: 'a', operator: 'bash', args: { command: 'true' } }] }
const answerOf = (events: readonly { type: string }[]) => events.find((e) => e.type === 'CommandAnswered')

describe('trigger_run', () => {
  it('gives a manual run the present moment as logical date and a run id after it', () => {
    const d = columnDriver('2026-01-10T12:00:00Z')
    d.adopt(one)
    const run = d.trigger('one')
    expect(run).toMatchObject({ runId: 'manual__2026-01-10T12:00:00+00:00', runType: 'manual', logicalDate: d.now, state: 'queued', triggeredBy: 'tester' })
  })

  it('two in the same millisecond are two runs', () => {
    const d = columnDriver()
    d.adopt(one)
    expect(new Set([d.trigger('one'), d.trigger('one'), d.trigger('one')].map((r) => r.runId)).size).toBe(3)
  })

  it('refuses a logical date or run id that is taken, and changes nothing', () => {
    const d = columnDriver()
    d.adopt(one)
    d.trigger('one', { logicalDate: at('2026-01-01T00:00:00Z'), runId: 'first' })
    const again = d.command({ dagId: 'one', kind: 'trigger_run', logicalDate: at('2026-01-01T00:00:00Z') })
    expect(again).toMatchObject([{ type: 'CommandAnswered', accepted: false, code: 'run_conflict' }])
    expect(answerOf(d.command({ dagId: 'one', kind: 'trigger_run', runId: 'first' }))).toMatchObject({ code: 'run_conflict' })
    expect(d.dag('one').runs.size).toBe(1)
  })

  it('a run without logical date has the place of its command in its id', () => {
    const d = columnDriver()
    d.adopt(one)
    const run = d.trigger('one', { withoutLogicalDate: true })
    expect(run.logicalDate).toBeNull()
    expect(run.runId).toMatch(/^manual__2026-01-10T12:00:00\+00:00_3-\d+-0$/)
  })

  it('refuses an unknown DAG, a removed one, a conf that is no object, a run id that leaves its folder', () => {
    const d = columnDriver()
    d.adopt(one)
    expect(answerOf(d.command({ dagId: 'none', kind: 'trigger_run' }))).toMatchObject({ accepted: false, code: 'dag_not_found' })
    for (const conf of ['[1]', 'null', '{', '3']) expect(answerOf(d.command({ dagId: 'one', kind: 'trigger_run', conf }))).toMatchObject({ code: 'bad_conf' })
    for (const runId of ['../x', 'a/b', '', 'x'.repeat(251), 'a\u0000'])
      expect(answerOf(d.command({ dagId: 'one', kind: 'trigger_run', runId }))).toMatchObject({ code: 'bad_request' })
    d.remove('one')
    expect(answerOf(d.command({ dagId: 'one', kind: 'trigger_run' }))).toMatchObject({ code: 'dag_removed' })
  })

  it('a run that may start later waits for its time', () => {
    const d = columnDriver()
    d.adopt(one)
    d.unpause('one')
    const run = d.trigger('one', { runAfter: d.now + 60_000 })
    expect(run.state).toBe('queued')
    d.wait(59_999)
    expect(run.state).toBe('queued')
    d.wait(1)
    expect(run.state).toBe('running')
  })

  it('the same command id has one effect', () => {
    const d = columnDriver()
    d.adopt(one)
    d.command({ dagId: 'one', kind: 'trigger_run', id: 'same' })
    expect(d.command({ dagId: 'one', kind: 'trigger_run', id: 'same' })).toEqual([])
    expect(d.dag('one').runs.size).toBe(1)
  })

  it('forgets command ids after a day', () => {
    const d = columnDriver()
    d.adopt(one)
    d.command({ dagId: 'one', kind: 'trigger_run', id: 'old' })
    d.wait(86_400_001)
    d.command({ dagId: 'one', kind: 'trigger_run', id: 'new' })
    expect([...d.column.answered.keys()]).toEqual(['new'])
  })

  it('an unknown kind is refused by name', () => {
    const d = columnDriver()
    d.adopt(one)
    expect(answerOf(d.command({ dagId: 'one', kind: 'fly' }))).toMatchObject({ code: 'unknown_command' })
  })
})

describe('DAG versions', () => {
  it('a new DAG is paused; a run is pinned to the version it started with', () => {
    const d = columnDriver()
    d.adopt(one, 'v1')
    expect(d.dag('one').paused).toBe(true)
    d.unpause('one')
    const before = d.trigger('one')
    d.adopt({ ...one, tasks: [...one.tasks, { taskId: 'b', operator: 'bash', args: { command: 'true' } }] }, 'v2')
    const after = d.trigger('one')
    expect([before.version.version, [...before.tasks.keys()]]).toEqual(['v1', ['a']])
    expect([after.version.version, [...after.tasks.keys()]]).toEqual(['v2', ['a', 'b']])
  })

  it('an older table offset or the same version changes nothing', () => {
    const d = columnDriver()
    d.adopt(one, 'v1')
    const before = d.events.length
    d.adopt(one, 'v1')
    expect(d.events.length).toBe(before)
  })

  it('a DAG that comes back is adopted again', () => {
    const d = columnDriver()
    d.adopt(one, 'v1')
    d.remove('one')
    d.adopt(one, 'v1')
    expect(d.dag('one').removed).toBe(false)
  })
})
