import { describe, expect, it } from 'vitest'
import { at, unpaused, work } from '../../support/column-driver.ts'

const branch = (more: object = {}) => work('pick', [], { operator: 'branch', needsCode: true, ...more })
const fork = {
  dagId: 'x',
  tasks: [
    branch(),
    work('a', ['pick']),
    work('b', ['pick']),
    work('c', ['pick', 'a']),
    work('join', ['a', 'b'], { triggerRule: 'none_failed_min_one_success' }),
  ],
}
const decided = (dag: Parameters<typeof unpaused>[0], chosen: readonly string[] | null) => {
  const d = unpaused(dag)
  const run = d.trigger(dag.dagId)
  d.choose(run, 'pick', chosen)
  return { d, run, states: d.states(run) }
}

describe('SEMANTICS 3: a branch', () => {
  it('skips the direct downstreams that were not chosen', () => {
    expect(decided(fork, ['b']).states).toMatchObject({ pick: 'success', a: 'skipped', b: 'queued', c: 'skipped', join: 'none' })
  })
  it('spares those that are also downstream of a chosen one', () => {
    expect(decided(fork, ['a']).states).toMatchObject({ a: 'queued', b: 'skipped', c: 'none' })
  })
  it('may choose several, or none (null in the task, an empty list in its report)', () => {
    expect(decided(fork, ['a', 'b']).states).toMatchObject({ a: 'queued', b: 'queued', c: 'none' })
    const { run, states } = decided(fork, [])
    expect(states).toMatchObject({ a: 'skipped', b: 'skipped', c: 'skipped', join: 'skipped' })
    expect(run.state).toBe('success')
  })
  it('may choose a task group: its roots and what is below them go on', () => {
    const groups = { groups: [{ groupId: 'g' }] }
    const tasks = [branch(), work('g.one', ['pick'], { groupId: 'g' }), work('g.two', ['g.one', 'pick'], { groupId: 'g' }), work('other', ['pick'])]
    expect(decided({ dagId: 'x', ...groups, tasks }, ['g']).states).toMatchObject({ 'g.one': 'queued', 'g.two': 'none', other: 'skipped' })
  })
  it('an id that is no task of the DAG fails the branch task', () => {
    const { d, run, states } = decided(fork, ['nowhere'])
    expect(states).toMatchObject({ pick: 'failed', a: 'upstream_failed' })
    expect(d.task(run, 'pick').error?.message).toContain('chose nowhere')
  })
  it('an id that is a task but not directly downstream chooses none of the direct ones', () => {
    expect(decided(fork, ['join']).states).toMatchObject({ a: 'skipped', b: 'skipped', c: 'skipped' })
  })
  it('the skip overwrites any state but running, success and failed', () => {
    const early = { triggerRule: 'always' }
    const waits = { ...early, retries: 1 }
    const d = unpaused({
      dagId: 'x',
      tasks: [
        branch(),
        ...['ran', 'good', 'bad', 'waits', 'line'].map((id) => work(id, ['pick'], id === 'waits' ? waits : early)),
        work('last', ['bad', 'pick']),
      ],
    })
    const run = d.trigger('x')
    d.start(run, 'ran')
    d.succeed(run, 'good')
    d.fail(run, 'bad')
    d.fail(run, 'waits')
    expect(d.states(run)).toMatchObject({ waits: 'up_for_retry', line: 'queued', last: 'upstream_failed' })
    d.choose(run, 'pick', [])
    expect(d.states(run)).toMatchObject({ ran: 'running', good: 'success', bad: 'failed', waits: 'skipped', line: 'skipped', last: 'skipped' })
    // What a worker may hold is cancelled: the executor knows by the reason.
    expect(d.events.findLast((e) => e.type === 'TaskStateChanged' && e.taskId === 'line')).toMatchObject({ state: 'skipped', reason: 'marked' })
  })
  it('a skip decided by a branch survives clearing of the skipped task alone', () => {
    const { d, run } = decided(fork, ['b'])
    d.succeed(run, 'b')
    d.succeed(run, 'join')
    expect(run.state).toBe('success')
    d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'a' }] })
    expect(d.states(run)).toMatchObject({ a: 'skipped', b: 'success' })
    expect(run.state).toBe('success')
  })
  it('a branch that is cleared chooses anew', () => {
    const { d, run } = decided(fork, ['b'])
    d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'pick' }], downstream: true })
    d.choose(run, 'pick', ['a'])
    expect(d.states(run)).toMatchObject({ a: 'queued', b: 'skipped', c: 'none' })
  })
  it('skips teardowns, too', () => {
    const tasks = [
      branch(),
      work('make', [], { setup: true }),
      work('end', ['pick', 'make'], { triggerRule: 'all_done_setup_success', teardown: { setups: ['make'] } }),
    ]
    expect(decided({ dagId: 'x', tasks }, []).states.end).toBe('skipped')
  })
})

describe('SEMANTICS 3: skips', () => {
  it('spread through all_success joins; none_failed_min_one_success joins branches', () => {
    const joins = [work('strict', ['a', 'b']), work('join', ['a', 'b'], { triggerRule: 'none_failed_min_one_success' })]
    const { d, run } = decided({ dagId: 'x', tasks: [branch(), work('a', ['pick']), work('b', ['pick']), ...joins] }, ['a'])
    expect(d.states(run)).toMatchObject({ strict: 'skipped', join: 'none' })
    d.succeed(run, 'a')
    expect(d.states(run).join).toBe('queued')
  })
})

describe('SEMANTICS 3: a short circuit', () => {
  const circuit = (args: object) => ({
    dagId: 'x',
    tasks: [
      work('pick', [], { operator: 'short_circuit', needsCode: true, args }),
      work('a', ['pick']),
      work('b', ['a'], { triggerRule: 'all_done' }),
      work('make', [], { setup: true }),
      work('end', ['b', 'make'], { triggerRule: 'all_done_setup_success', teardown: { setups: ['make'] } }),
    ],
  })
  it('skips everything downstream of a falsy result, whatever the trigger rules, teardowns excepted', () => {
    const { d, run, states } = decided(circuit({}), [])
    expect(states).toMatchObject({ a: 'skipped', b: 'skipped', end: 'none' })
    d.succeed(run, 'make')
    expect(d.states(run).end).toBe('queued')
  })
  it('skips only direct downstreams when trigger rules are to be respected', () => {
    expect(decided(circuit({ ignoreDownstreamTriggerRules: false }), []).states).toMatchObject({ a: 'skipped', b: 'queued' })
  })
  it('goes on with a truthy result', () => {
    expect(decided(circuit({}), null).states).toMatchObject({ a: 'queued', b: 'none' })
  })
})

describe('SEMANTICS 3: latest only', () => {
  const dag = (more: object) => ({
    ...{ dagId: 'x', schedule: '@hourly', startDate: '2026-01-10T00:00:00Z', catchup: true, ...more },
    tasks: [{ taskId: 'latest', operator: 'latest_only' }, work('a', ['latest']), work('b', ['a'], { triggerRule: 'all_done' })],
  })
  const lastTwo = (more: object) => {
    const d = unpaused(dag(more), '2026-01-10T04:30:00Z')
    return [...d.dag('x').runs.values()].map((run) => [run.logicalDate, d.states(run).a, d.states(run).b]).slice(-2)
  }
  it('skips its downstreams unless now is inside the interval that follows the run', () => {
    expect(lastTwo({})).toEqual([
      [at('2026-01-10T02:00:00Z'), 'skipped', 'queued'],
      [at('2026-01-10T03:00:00Z'), 'queued', 'none'],
    ])
  })
  it('the same with a trigger timetable: up to the next fire', () => {
    expect(lastTwo({ dataIntervals: false })).toEqual([
      [at('2026-01-10T03:00:00Z'), 'skipped', 'queued'],
      [at('2026-01-10T04:00:00Z'), 'queued', 'none'],
    ])
  })
  it('manual runs are not skipped', () => {
    const d = unpaused(dag({}), '2026-01-10T04:30:00Z')
    expect(d.states(d.trigger('x', { logicalDate: at('2020-01-01T00:00:00Z') })).a).toBe('queued')
  })
})
