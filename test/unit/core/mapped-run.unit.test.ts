import { describe, expect, it } from 'vitest'
import { columnFrom, partsOf } from '../../../services/core/snapshot.ts'
import { unpaused, work } from '../../support/column-driver.ts'

const over = (...names: string[]) => ({ kind: 'cross', inputs: Object.fromEntries(names.map((name) => [name, { task: name }])) })
const listed = { dagId: 'x', maxActiveTasks: 100, tasks: [work('list'), work('each', ['list'], { map: over('list') }), work('sum', ['each'])] }
const begun = (dag: Parameters<typeof unpaused>[0]) => {
  const d = unpaused(dag)
  return { d, run: d.trigger(dag.dagId) }
}

describe('SEMANTICS 9: mapping', () => {
  it('makes one instance per item when the upstream result is known; a downstream of the whole waits for all', () => {
    const { d, run } = begun(listed)
    expect(d.states(run)).toEqual({ list: 'queued', each: 'none', sum: 'none' })
    d.succeed(run, 'list', ['a', 'b'])
    expect(d.states(run)).toEqual({ list: 'success', 'each[0]': 'queued', 'each[1]': 'queued', sum: 'none' })
    d.succeed(run, 'each[1]')
    expect(d.states(run).sum).toBe('none')
    d.succeed(run, 'each[0]')
    d.succeed(run, 'sum')
    expect(run.state).toBe('success')
  })
  it('a literal list is expanded when the run starts', () => {
    const { d, run } = begun({ dagId: 'x', tasks: [work('each', [], { map: { kind: 'cross', inputs: { n: { literal: { a: 1, b: 2, c: 3 } } } } })] })
    expect(Object.keys(d.states(run))).toEqual(['each[0]', 'each[1]', 'each[2]'])
  })
  it('length 0: the task is skipped', () => {
    const { d, run } = begun(listed)
    d.succeed(run, 'list', [])
    expect(d.states(run)).toEqual({ list: 'success', each: 'skipped', sum: 'skipped' })
  })
  it('several inputs make the cross product, when all of them are known', () => {
    const { d, run } = begun({ dagId: 'x', tasks: [work('p'), work('q'), work('each', ['p', 'q'], { map: over('p', 'q') })] })
    d.succeed(run, 'p', [1, 2])
    expect(d.states(run).each).toBe('none')
    d.succeed(run, 'q', { x: 1, y: 2, z: 3 })
    expect(run.mapped.get('each')?.length).toBe(6)
  })
  it('more than 1024 items fail the task that produced the list', () => {
    const { d, run } = begun(listed)
    d.succeed(run, 'list', Array(1025).fill(0))
    expect(d.states(run)).toEqual({ list: 'failed', each: 'upstream_failed', sum: 'upstream_failed' })
    expect(d.task(run, 'list').error).toMatchObject({ type: 'map_too_long' })
  })
  it('a result that is no list and no record fails the task that produced it', () => {
    const { d, run } = begun(listed)
    d.succeed(run, 'list', 'text')
    expect(d.task(run, 'list')).toMatchObject({ state: 'failed', error: { type: 'not_mappable' } })
  })
  it('a source that failed or was skipped: its mapped task takes that state, whatever its trigger rule', () => {
    const dag = { ...listed, tasks: [work('list'), work('each', ['list'], { map: over('list'), triggerRule: 'all_done' })] }
    const one = begun(dag)
    one.d.fail(one.run, 'list')
    expect(one.d.states(one.run).each).toBe('upstream_failed')
    const two = begun(dag)
    two.d.skip(two.run, 'list')
    expect(two.d.states(two.run).each).toBe('skipped')
  })
  it('a mapped task over a mapped task has an instance for each result', () => {
    const { d, run } = begun({
      dagId: 'x',
      tasks: [work('list'), work('each', ['list'], { map: over('list') }), work('again', ['each'], { map: over('each') })],
    })
    d.succeed(run, 'list', [1, 2])
    d.succeed(run, 'each[0]', 'x')
    expect(d.states(run).again).toBe('none')
    d.succeed(run, 'each[1]', 'y')
    expect(d.states(run)).toMatchObject({ 'again[0]': 'queued', 'again[1]': 'queued' })
  })
  it('an instance that left no result is no item of it: one that returned nothing, failed, or was marked by hand', () => {
    const { d, run } = begun({
      dagId: 'x',
      tasks: [work('list'), work('each', ['list'], { map: over('list') }), work('again', ['each'], { map: over('each'), triggerRule: 'all_done' })],
    })
    d.succeed(run, 'list', [1, 2, 3, 4, 5])
    d.succeed(run, 'each[0]', 'x')
    d.succeed(run, 'each[1]')
    d.fail(run, 'each[2]')
    d.succeed(run, 'each[3]', 'y')
    d.ask('x', 'mark', { runId: run.runId, tasks: [{ taskId: 'each', mapIndex: 4 }], state: 'success' })
    expect(run.mapped.get('again')?.map(({ state }) => state)).toEqual(['queued', 'queued'])
  })
  it('a mapped task over one whose instances left no result at all is skipped', () => {
    const { d, run } = begun({ ...listed, tasks: [...listed.tasks.slice(0, 2), work('again', ['each'], { map: over('each') })] })
    d.succeed(run, 'list', [1, 2])
    for (const key of ['each[0]', 'each[1]']) d.succeed(run, key)
    expect(d.states(run).again).toBe('skipped')
  })
  it('each mapped instance has its own retries', () => {
    const { d, run } = begun({ ...listed, tasks: [work('list'), work('each', ['list'], { map: over('list'), retries: 1 })] })
    d.succeed(run, 'list', [1, 2])
    d.fail(run, 'each[0]')
    d.succeed(run, 'each[1]')
    expect(d.states(run)).toMatchObject({ 'each[0]': 'up_for_retry', 'each[1]': 'success' })
  })
  it('a list that is shorter when its task ran again leaves the rest removed; one that is longer adds to it', () => {
    const { d, run } = begun({ dagId: 'x', tasks: [work('list'), work('each', ['list'], { map: over('list') }), work('sum', ['each'])] })
    d.succeed(run, 'list', [1, 2, 3])
    for (const i of [0, 1, 2]) d.succeed(run, `each[${i}]`)
    d.succeed(run, 'sum')
    d.ask('x', 'clear', { runId: run.runId })
    d.succeed(run, 'list', [1, 2])
    expect(d.states(run)).toMatchObject({ 'each[0]': 'queued', 'each[1]': 'queued', 'each[2]': 'removed' })
    d.succeed(run, 'each[0]')
    d.succeed(run, 'each[1]')
    expect(d.states(run).sum).toBe('queued')
    d.succeed(run, 'sum')
    d.ask('x', 'clear', { runId: run.runId })
    d.succeed(run, 'list', [1, 2, 3, 4])
    expect(d.states(run)).toMatchObject({ 'each[2]': 'queued', 'each[3]': 'queued' })
  })
  it('a mapped run stands in a checkpoint and goes on from there', () => {
    const { d, run } = begun(listed)
    d.succeed(run, 'list', [1, 2])
    d.succeed(run, 'each[0]')
    const parts = [...partsOf(d.column).values()].map((part) => structuredClone(part()))
    const copy = columnFrom(parts).dags.get('x')?.runs.get(run.runId)
    expect(copy?.mapped.get('each')?.map(({ state }) => state)).toEqual(['success', 'queued'])
    expect(copy?.gates.get('sum')?.upstream).toEqual(run.gates.get('sum')?.upstream)
    expect(d.bothSnapshots().folded).toEqual(d.bothSnapshots().working)
  })
})

describe('SEMANTICS 9: a mapped group', () => {
  const grouped = {
    dagId: 'x',
    maxActiveTasks: 100,
    groups: [{ groupId: 'g', map: over('list') }],
    tasks: [work('list'), work('g.a', ['list'], { groupId: 'g' }), work('g.b', ['g.a'], { groupId: 'g' }), work('after', ['g.b'])],
  }
  it('runs depth first: index i depends only on index i', () => {
    const { d, run } = begun(grouped)
    d.succeed(run, 'list', [1, 2])
    expect(d.states(run)).toMatchObject({ 'g.a[0]': 'queued', 'g.a[1]': 'queued', 'g.b[0]': 'none', 'g.b[1]': 'none' })
    d.succeed(run, 'g.a[1]')
    expect(d.states(run)).toMatchObject({ 'g.a[0]': 'queued', 'g.b[0]': 'none', 'g.b[1]': 'queued', after: 'none' })
    d.fail(run, 'g.a[0]')
    expect(d.states(run)).toMatchObject({ 'g.b[0]': 'upstream_failed', 'g.b[1]': 'queued', after: 'upstream_failed' })
  })
  it('a downstream of the group waits for every index of its leaves', () => {
    const { d, run } = begun(grouped)
    d.succeed(run, 'list', [1, 2])
    for (const key of ['g.a[0]', 'g.a[1]', 'g.b[0]']) d.succeed(run, key)
    expect(d.states(run).after).toBe('none')
    d.succeed(run, 'g.b[1]')
    expect(d.states(run).after).toBe('queued')
  })
  it('a branch in it decides about its own index', () => {
    const pick = work('g.pick', ['list'], { groupId: 'g', operator: 'branch', needsCode: true })
    const { d, run } = begun({ ...grouped, tasks: [work('list'), pick, work('g.b', ['g.pick'], { groupId: 'g' }), work('g.c', ['g.pick'], { groupId: 'g' })] })
    d.succeed(run, 'list', [1, 2])
    d.choose(run, 'g.pick[0]', ['g.b'])
    d.choose(run, 'g.pick[1]', ['g.c'])
    expect(d.states(run)).toMatchObject({ 'g.b[0]': 'queued', 'g.c[0]': 'skipped', 'g.b[1]': 'skipped', 'g.c[1]': 'queued' })
  })
  it('grows whole, when its list is longer after a clear', () => {
    const { d, run } = begun({
      ...grouped,
      tasks: [work('list'), { taskId: 'g.a', operator: 'empty', upstream: ['list'], groupId: 'g' }, work('g.b', ['g.a'], { groupId: 'g' })],
    })
    d.succeed(run, 'list', [1])
    d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'list' }, { taskId: 'g.b' }] })
    d.succeed(run, 'list', [1, 2])
    expect(d.states(run)).toMatchObject({ 'g.a[0]': 'success', 'g.a[1]': 'success', 'g.b[0]': 'queued', 'g.b[1]': 'queued' })
  })
  it('is expanded whole when its list is known, and skipped whole when it is empty', () => {
    const { d, run } = begun(grouped)
    d.succeed(run, 'list', [])
    expect(d.states(run)).toMatchObject({ 'g.a': 'skipped', 'g.b': 'skipped', after: 'skipped' })
  })
  it('is folded the same way by every reader', () => {
    const { d, run } = begun(grouped)
    d.succeed(run, 'list', [1, 2, 3])
    d.succeed(run, 'g.a[1]')
    const copy = columnFrom([...partsOf(d.column).values()].map((part) => structuredClone(part())))
      .dags.get('x')
      ?.runs.get(run.runId)
    for (const [key, task] of run.tasks) expect([key, copy?.tasks.get(key)?.inner, copy?.tasks.get(key)?.gate]).toEqual([key, task.inner, task.gate])
  })
})
