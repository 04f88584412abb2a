import { describe, expect, it } from 'vitest'
import { unpaused, work } from '../../support/column-driver.ts'

const setup = (taskId: string, upstream: string[] = []) => work(taskId, upstream, { setup: true })
const teardown = (taskId: string, upstream: string[], setups: string[], more = {}) =>
  work(taskId, upstream, { triggerRule: 'all_done_setup_success', teardown: { setups, ...more } })
const cluster = [setup('make'), work('use', ['make']), work('more', ['use']), teardown('drop', ['more', 'make'], ['make'])]
const begun = (tasks: ReturnType<typeof work>[]) => {
  const d = unpaused({ dagId: 'x', tasks })
  return { d, run: d.trigger('x') }
}

describe('SEMANTICS 9: setup and teardown', () => {
  it("a teardown runs if its setup succeeded, whatever the work did, and does not decide the run's state", () => {
    const { d, run } = begun(cluster)
    d.succeed(run, 'make')
    d.fail(run, 'use')
    expect(d.states(run)).toEqual({ make: 'success', use: 'failed', more: 'upstream_failed', drop: 'queued' })
    d.succeed(run, 'drop')
    expect(run.state).toBe('failed')
  })
  it('a failed teardown leaves the run a success, unless onFailureFailDagrun', () => {
    for (const [onFailureFailDagrun, state] of [
      [false, 'success'],
      [true, 'failed'],
    ] as const) {
      const { d, run } = begun([setup('make'), work('use', ['make']), teardown('drop', ['use', 'make'], ['make'], { onFailureFailDagrun })])
      for (const key of ['make', 'use']) d.succeed(run, key)
      d.fail(run, 'drop')
      expect(run.state).toBe(state)
    }
  })
  it('a setup that failed: the teardown is upstream_failed; one that was skipped: skipped', () => {
    const failed = begun(cluster)
    failed.d.fail(failed.run, 'make')
    expect(failed.d.states(failed.run)).toEqual({ make: 'failed', use: 'upstream_failed', more: 'upstream_failed', drop: 'upstream_failed' })
    const skipped = begun(cluster)
    skipped.d.skip(skipped.run, 'make')
    expect(skipped.d.states(skipped.run).drop).toBe('skipped')
  })
})

describe('SEMANTICS 2: scope of a setup', () => {
  it('a task in it also waits for a setup that is only indirectly above it', () => {
    const { d, run } = begun([
      setup('make'),
      work('wait', ['make']),
      work('side', ['wait'], { triggerRule: 'one_done' }),
      teardown('drop', ['side', 'make'], ['make']),
    ])
    d.fail(run, 'make')
    // Without the setup one_done would have skipped it.
    expect(d.states(run)).toMatchObject({ wait: 'upstream_failed', side: 'upstream_failed' })
  })
  it('unless its own rule is always', () => {
    const { d, run } = begun([setup('make'), work('wait', ['make']), work('free', ['wait'], { triggerRule: 'always' })])
    expect(d.states(run).free).toBe('queued')
  })
  it('a skipped setup above gives skipped at once', () => {
    const { d, run } = begun([setup('make'), work('wait', ['make']), work('end', ['wait'], { triggerRule: 'all_done' })])
    d.skip(run, 'make')
    expect(d.states(run).end).toBe('skipped')
  })
  it('what lies behind the teardown is outside', () => {
    const { d, run } = begun([...cluster, work('after', ['drop', 'use'], { triggerRule: 'all_done' })])
    d.fail(run, 'make')
    expect(d.states(run).after).toBe('queued')
  })
  it('a teardown waits until every task between its setups and itself has finished', () => {
    const tasks = [setup('make'), work('slow', ['make']), work('quick', ['make', 'slow'], {}), work('gate', ['slow', 'quick'], { triggerRule: 'always' })]
    const { d, run } = begun([...tasks, teardown('drop', ['gate', 'make'], ['make'])])
    d.succeed(run, 'make')
    d.succeed(run, 'gate')
    expect(d.states(run)).toMatchObject({ gate: 'success', slow: 'queued', drop: 'none' })
    d.succeed(run, 'slow')
    expect(d.states(run).drop).toBe('none')
    d.succeed(run, 'quick')
    expect(d.states(run).drop).toBe('queued')
  })
  it('a DAG of teardowns alone is decided by them', () => {
    const { d, run } = begun([teardown('drop', [], [])])
    d.fail(run, 'drop')
    expect(run.state).toBe('failed')
  })
})

describe('SEMANTICS 5: clearing with setups', () => {
  it('clearing a work task clears its setups and teardowns', () => {
    const { d, run } = begun([...cluster, work('after', ['drop'])])
    for (const key of ['make', 'use', 'more', 'drop', 'after']) d.succeed(run, key)
    d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'more' }] })
    expect(d.states(run)).toEqual({ make: 'queued', use: 'success', more: 'none', drop: 'none', after: 'success' })
    d.succeed(run, 'make')
    expect(d.states(run)).toMatchObject({ more: 'queued', drop: 'none' })
  })
})

describe('SEMANTICS 5: a run is marked while its teardown runs', () => {
  const marked = () => {
    const { d, run } = begun(cluster)
    for (const key of ['make', 'use', 'more']) d.succeed(run, key)
    d.start(run, 'drop')
    d.ask('x', 'mark', { runId: run.runId, wholeRun: true, state: 'failed' })
    return { d, run }
  }
  it('the teardown goes on to its end', () => {
    const { d, run } = marked()
    expect([run.state, d.states(run).drop]).toEqual(['failed', 'running'])
    d.succeed(run, 'drop')
    expect([run.state, d.states(run).drop]).toEqual(['failed', 'success'])
  })
  it('one that lost its worker meanwhile stands in line, and is queued when the run goes on', () => {
    const { d, run } = marked()
    d.report(run, 'drop', { type: 'AttemptLost', reason: 'no heartbeat' })
    expect([run.state, d.states(run).drop]).toEqual(['failed', 'scheduled'])
    d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'use' }] })
    d.succeed(run, 'make')
    d.succeed(run, 'use')
    d.succeed(run, 'drop')
    expect(run.state).toBe('success')
  })
  it('also when what lets the run go on does not touch it', () => {
    const { d, run } = begun([...cluster, work('after', ['more'])])
    for (const key of ['make', 'use', 'more']) d.succeed(run, key)
    d.start(run, 'drop')
    d.ask('x', 'mark', { runId: run.runId, wholeRun: true, state: 'failed' })
    d.report(run, 'drop', { type: 'AttemptLost', reason: 'no heartbeat' })
    d.ask('x', 'mark', { runId: run.runId, tasks: [{ taskId: 'after' }], state: 'success' })
    expect([run.state, d.states(run).drop]).toEqual(['running', 'queued'])
    d.succeed(run, 'drop')
    expect(run.state).toBe('success')
  })
})
