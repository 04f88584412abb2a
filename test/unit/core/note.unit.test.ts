import { describe, expect, it } from 'vitest'
import { unpaused, work } from '../../support/column-driver.ts'

const dag = { dagId: 'x', tasks: [work('a'), work('m', ['a'], { map: { kind: 'cross', inputs: { n: { literal: [1, 2] } } } })] }

describe('notes', () => {
  it('on a run and on its instances, whatever their state; nothing else changes', () => {
    const d = unpaused(dag)
    const run = d.trigger('x', { note: 'first' })
    expect(run.note).toBe('first')
    const { n } = run
    d.ask('x', 'set_note', { runId: run.runId, note: 'second' })
    d.ask('x', 'set_note', { runId: run.runId, taskId: 'a', note: 'slow today' })
    expect(run).toMatchObject({ note: 'second', n: n + 2, state: 'running' })
    expect(d.task(run, 'a')).toMatchObject({ note: 'slow today', state: 'queued', tryNumber: 1 })
    d.succeed(run, 'a')
    d.ask('x', 'set_note', { runId: run.runId, taskId: 'm', note: 'both' })
    d.ask('x', 'set_note', { runId: run.runId, taskId: 'm', mapIndex: 1, note: 'one' })
    expect(['a', 'm[0]', 'm[1]'].map((key) => d.task(run, key).note)).toEqual(['slow today', 'both', 'one'])
    d.ask('x', 'set_note', { runId: run.runId })
    expect(run.note).toBe(null)
    expect(d.bothSnapshots().working).toEqual(d.bothSnapshots().folded)
  })
  it('on an archived run: it comes back for it', () => {
    const d = unpaused({ dagId: 'x', tasks: [{ taskId: 'e', operator: 'empty' }] })
    const run = d.trigger('x')
    d.archive(run)
    d.command({ dagId: 'x', kind: 'set_note', args: JSON.stringify({ runId: run.runId, taskId: 'e', note: 'late' }) })
    d.readBack('x')
    const back = d.dag('x').runs.get(run.runId)
    expect(back?.tasks.get('e')?.note).toBe('late')
    expect(back?.state).toBe('success')
  })
  it('is refused: no such run or instance, too long', () => {
    const d = unpaused(dag)
    const { runId } = d.trigger('x')
    expect(() => d.ask('x', 'set_note', { runId: 'no', note: 'n' })).toThrow('run_not_found')
    expect(() => d.ask('x', 'set_note', { runId, taskId: 'no', note: 'n' })).toThrow('task_not_found')
    expect(() => d.ask('x', 'set_note', { runId, taskId: 'a', mapIndex: 3, note: 'n' })).toThrow('a[3]')
    expect(() => d.ask('x', 'set_note', { runId, note: 'n'.repeat(1001) })).toThrow('at most 1000 characters')
  })
})
