/** SEMANTICS 8: every waiting task can say why it waits, as data. */
import { describe, expect, test } from 'vitest'
import type { DagDefinition } from '../../../services/core/dag.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'
import { taskStates } from '../../../services/core/states.ts'
import { whyWaits } from '../../../services/core/why.ts'
import type { InstanceState, WhyInput } from '../../../services/core/why-types.ts'
import { upstreamsToAsk } from '../../../services/core/why-upstream.ts'

const t0 = Date.parse('2026-01-01T00:00:00Z')

/** The fields that mapping, setups and groups add are set by hand: how authors write them is another matter. */
const dagOf = (tasks: readonly Record<string, unknown>[], more: Partial<DagDefinition> = {}): DagDefinition => {
  const plain = tasks.map(({ taskId, upstream = [], ...rest }) => ({
    taskId,
    operator: 'function',
    upstream,
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => !own.has(name))),
  }))
  const parsed = normalDag({ dagId: 'd', tasks: plain })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const extra = { setup: false, teardown: null, map: null, groupId: null }
  const withOwn = parsed.dag.tasks.map((task) => {
    const given = tasks.find(({ taskId }) => taskId === task.taskId) ?? {}
    return { ...task, ...extra, ...Object.fromEntries(Object.entries(given).filter(([name]) => own.has(name))) }
  })
  return { ...parsed.dag, tasks: withOwn, groups: [], ...more }
}
const own = new Set(['setup', 'teardown', 'map', 'groupId'])

const is = (taskId: string, state: InstanceState['state'], mapIndex = -1): InstanceState => ({ taskId, mapIndex, state })

const chain = dagOf([{ taskId: 'a' }, { taskId: 'b', upstream: ['a'] }])

interface Case {
  readonly definition?: DagDefinition
  readonly instance?: Partial<WhyInput['instance']>
  readonly run?: Partial<WhyInput['run']>
  readonly dag?: Partial<WhyInput['dag']>
  readonly rest?: Partial<WhyInput>
}

const why = ({ definition = chain, instance = {}, run = {}, dag = {}, rest = {} }: Case) =>
  whyWaits({
    definition,
    instance: {
      taskId: 'b',
      mapIndex: -1,
      state: 'none',
      tryNumber: 0,
      dueAt: null,
      since: t0,
      reason: null,
      pool: 'default_pool',
      queue: 'default',
      ...instance,
    },
    run: { runId: 'r', state: 'running', runAfter: t0, queuedAt: t0, startedAt: t0, ...run },
    dag: { paused: false, activeRuns: 1, dueRuns: 0, ...dag },
    backfill: null,
    upstreams: [],
    active: { inRun: 0, ofTask: 0, ofTaskInRun: 0 },
    previous: null,
    pool: { name: 'default_pool', slots: 128, taken: 0, queued: 0 },
    poolSlots: 1,
    executor: { unservedQueues: [], waiting: 1, freeWorkerSlots: 4 },
    now: t0 + 1000,
    ...rest,
  })

const backfill = { backfillId: 'bf', state: 'running', activeRuns: 1, maxActiveRuns: 4 }
const scheduled = { state: 'scheduled' as const }
const queued = { state: 'queued' as const, tryNumber: 1 }
const past = dagOf([{ taskId: 'a' }, { taskId: 'b', upstream: ['a'], dependsOnPast: true, waitForDownstream: true }, { taskId: 'c', upstream: ['b'] }])
const limited = dagOf([{ taskId: 'b', maxActiveTis: 2, maxActiveTisPerRun: 1 }], { maxActiveTasks: 3 })

describe('each kind of reason, with its facts and its sentence', () => {
  test.each<[string, Case, readonly (readonly [string, object])[], RegExp]>([
    [
      'upstreams that are not finished',
      { rest: { upstreams: [is('a', 'running')] } },
      [['upstream', { rule: 'all_success', done: 0, total: 1, waitingFor: [is('a', 'running')] }]],
      /^0 of 1 upstream is finished \(rule all_success\)\. It waits for a \(running\)\.$/,
    ],
    ['all upstreams finished', { rest: { upstreams: [is('a', 'success')] } }, [['scheduler', { since: t0 }]], /comes to it next/],
    [
      'a past that holds',
      { definition: past, rest: { upstreams: [is('a', 'success')], previous: { runId: 'p', instances: [is('b', 'success')] } } },
      [['scheduler', { since: t0 }]],
      /comes to it next/,
    ],
    [
      'a paused DAG',
      { instance: scheduled, dag: { paused: true } },
      [
        ['paused', { dagId: 'd' }],
        ['scheduler', { since: t0 }],
      ],
      /^DAG d is paused/,
    ],
    ['a run to come', { run: { state: 'queued', runAfter: t0 + 60_000 } }, [['run_after', { at: t0 + 60_000 }]], /before 2026-01-01T00:01:00Z/],
    [
      'maxActiveRuns',
      { run: { state: 'queued' }, dag: { activeRuns: 16 } },
      [['run_limit', { active: 16, limit: 16, backfillId: null }]],
      /^16 runs are running in the DAG, and maxActiveRuns is 16\.$/,
    ],
    ['a run that is next', { run: { state: 'queued' } }, [['run_queued', { since: t0 }]], /starts it next/],
    [
      'a paused backfill',
      { run: { state: 'queued' }, rest: { backfill: { ...backfill, state: 'paused' } } },
      [['backfill_paused', { backfillId: 'bf' }]],
      /paused/,
    ],
    [
      "a backfill's own limit",
      { run: { state: 'queued' }, rest: { backfill: { ...backfill, activeRuns: 4 } } },
      [['run_limit', { active: 4, limit: 4, backfillId: 'bf' }]],
      /backfill bf, and its limit is 4/,
    ],
    [
      'a backfill yields to scheduled runs',
      { run: { state: 'queued' }, dag: { dueRuns: 2 }, rest: { backfill } },
      [['backfill_yields', { backfillId: 'bf', scheduledRuns: 2 }]],
      /lets 2 runs of the schedule go first/,
    ],
    [
      'a task of a backfill waits behind others',
      { instance: queued, rest: { backfill, executor: { unservedQueues: [], waiting: 9, freeWorkerSlots: 1 } } },
      [['backfill_yields', { backfillId: 'bf', scheduledRuns: 0 }]],
      /go behind those of other runs/,
    ],
    [
      'maxActiveTasks and both limits of the task',
      { definition: limited, instance: scheduled, rest: { active: { inRun: 3, ofTask: 2, ofTaskInRun: 1 } } },
      [
        ['active_tasks', { active: 3, limit: 3 }],
        ['task_limit', { active: 2, limit: 2, within: 'dag' }],
        ['task_limit', { active: 1, limit: 1, within: 'run' }],
      ],
      /^3 tasks are active in the run, and maxActiveTasks is 3\.$/,
    ],
    [
      'dependsOnPast and waitForDownstream',
      { definition: past, instance: scheduled, rest: { previous: { runId: 'p', instances: [is('b', 'failed'), is('c', 'none')] } } },
      [
        ['depends_on_past', { runId: 'p', instances: [is('b', 'failed')] }],
        ['wait_for_downstream', { runId: 'p', instances: [is('c', 'none')] }],
      ],
      /in run p b \(failed\) must be success or skipped/,
    ],
    [
      'a full pool',
      { instance: queued, rest: { pool: { name: 'db', slots: 16, taken: 15, queued: 4 }, poolSlots: 2 } },
      [['pool', { pool: 'db', slots: 16, free: 1, wanted: 2, queued: 4 }]],
      /^Pool db is full: 1\/16 slots are free, it needs 2, 4 wait\.$/,
    ],
    ['a pool that is not there', { instance: { ...queued, pool: 'gone' }, rest: { pool: null } }, [['no_pool', { pool: 'gone' }]], /There is no pool gone/],
    [
      'a queue that nobody serves',
      { instance: { ...queued, queue: 'gpu' }, rest: { executor: { unservedQueues: ['gpu'], waiting: 1, freeWorkerSlots: 0 } } },
      [['queue', { queue: 'gpu' }]],
      /No live worker serves queue gpu/,
    ],
    [
      'busy workers',
      { instance: queued, rest: { executor: { unservedQueues: [], waiting: 3, freeWorkerSlots: 0 } } },
      [['worker_slots', { queue: 'default', waiting: 3 }]],
      /Every worker of queue default is busy; 3 tasks wait/,
    ],
    ['no executor', { instance: queued, rest: { executor: null } }, [['executor', { lastSeen: null }]], /No executor/],
    ['queued, and nothing in its way', { instance: queued }, [['dispatch', { since: t0, waiting: 1 }]], /hands it to a worker next/],
    [
      'a retry',
      { instance: { state: 'up_for_retry', tryNumber: 1, dueAt: t0 + 300_000 } },
      [['retry_at', { at: t0 + 300_000, tryNumber: 2 }]],
      /^Try 2 starts at 2026-01-01T00:05:00Z\.$/,
    ],
    ['a poke', { instance: { state: 'up_for_reschedule', dueAt: t0 + 1 } }, [['poke_at', { at: t0 + 1 }]], /looks again at 2026-01-01T00:00:00.001Z/],
    [
      'a trigger',
      { instance: { state: 'deferred', reason: 'waits for http', dueAt: t0 + 60_000 } },
      [['trigger', { waits: 'waits for http', since: t0, until: t0 + 60_000 }]],
      /^It is deferred since 2026-01-01T00:00:00Z: it waits for http, until 2026-01-01T00:01:00Z at the latest\.$/,
    ],
    ['a restart', { instance: { state: 'restarting' } }, [['restarting', { since: t0 }]], /starts again when it has stopped/],
    ['a run that is over', { run: { state: 'failed' } }, [['run_over', { runState: 'failed' }]], /clear the task to run it/],
    [
      "the run's time-out, behind what it waits for",
      { definition: dagOf([{ taskId: 'a' }, { taskId: 'b', upstream: ['a'] }], { dagrunTimeoutMs: 3_600_000 }), rest: { upstreams: [is('a', 'queued')] } },
      [
        ['upstream', { rule: 'all_success', done: 0, total: 1, waitingFor: [is('a', 'queued')] }],
        ['timeout_at', { at: t0 + 3_600_000 }],
      ],
      /^0 of 1/,
    ],
  ])('%s', (_, input, expected, sentence) => {
    const reasons = why(input)
    expect(reasons.map(({ kind, facts }) => [kind, facts])).toEqual(expected)
    expect(reasons[0]?.sentence).toMatch(sentence)
    for (const reason of reasons) expect(reason.sentence).toMatch(/^[A-Z\d].*\.$/)
  })

  test('what runs or is over waits for nothing; every other state has a reason', () => {
    const over = ['running', 'success', 'failed', 'skipped', 'upstream_failed', 'removed']
    for (const state of taskStates) expect([state, why({ instance: { state } }).length > 0]).toEqual([state, !over.includes(state)])
  })

  test('long lists are cut in the sentence, not in the facts', () => {
    const definition = dagOf([...'cdefghi'].map((taskId) => ({ taskId })).concat([{ taskId: 'b', upstream: [...'cdefghi'] } as never]))
    const [reason] = why({ definition, rest: { upstreams: [...'cdefghi'].map((taskId) => is(taskId, 'none')) } })
    expect(reason).toMatchObject({ kind: 'upstream', facts: { total: 7, waitingFor: { length: 7 } } })
    expect(reason?.sentence).toContain('and 2 more')
  })
})

describe('setups, teardowns, mapping', () => {
  const work = dagOf([
    { taskId: 'up', setup: true },
    { taskId: 'x', upstream: ['up'] },
    { taskId: 'y', upstream: ['x'] },
    { taskId: 'down', upstream: ['y'], teardown: { setups: ['up'], onFailureFailDagrun: false } },
    { taskId: 'behind', upstream: ['down'] },
  ])

  test('which instances decide about a task', () => {
    expect(upstreamsToAsk(work, 'y')).toEqual(['x', 'up'])
    expect(upstreamsToAsk(work, 'down')).toEqual(['y', 'up', 'x'])
    expect(upstreamsToAsk(work, 'behind')).toEqual(['down'])
    expect(upstreamsToAsk(work, 'no_such')).toEqual([])
  })

  test('an indirect setup, and the work before a teardown', () => {
    const input = { definition: work, rest: { upstreams: [is('x', 'success'), is('up', 'running')] } }
    expect(why({ ...input, instance: { taskId: 'y' } }).map(({ kind, facts }) => [kind, facts])).toEqual([['setup', { waitingFor: [is('up', 'running')] }]])
    const upstreams = [is('y', 'success'), is('up', 'success'), is('x', 'running')]
    expect(why({ definition: work, instance: { taskId: 'down' }, rest: { upstreams } }).map(({ kind }) => kind)).toEqual(['teardown'])
  })

  test('a mapped task that is not expanded waits for its input', () => {
    const definition = dagOf([{ taskId: 'a' }, { taskId: 'b', upstream: ['a'], map: { kind: 'cross', inputs: { file: { task: 'a' } } } }])
    expect(why({ definition, rest: { upstreams: [is('a', 'queued')] } }).map(({ kind }) => kind)).toEqual(['map_input', 'upstream'])
    expect(why({ definition, instance: { mapIndex: 1 }, rest: { upstreams: [is('a', 'queued')] } }).map(({ kind }) => kind)).toEqual(['upstream'])
  })

  test('in a mapped group an index waits for its own only', () => {
    const groups = [{ groupId: 'g', parent: null, tooltip: null, map: { kind: 'cross' as const, inputs: { n: { literal: [1, 2] } } } }]
    const definition = dagOf(
      [
        { taskId: 'g.a', groupId: 'g' },
        { taskId: 'g.b', groupId: 'g', upstream: ['g.a'] },
      ],
      { groups },
    )
    const upstreams = [is('g.a', 'success', 0), is('g.a', 'running', 1)]
    expect(why({ definition, instance: { taskId: 'g.b', mapIndex: 0 }, rest: { upstreams } }).map(({ kind }) => kind)).toEqual(['scheduler'])
    expect(why({ definition, instance: { taskId: 'g.b', mapIndex: 1 }, rest: { upstreams } })[0]).toMatchObject({
      kind: 'upstream',
      facts: { waitingFor: [is('g.a', 'running', 1)] },
    })
  })
})
