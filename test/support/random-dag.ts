/** Random DAGs and random doings for the properties of the core: small enough to be read, with everything the core knows. */
import * as fc from 'fast-check'
import { triggerRules } from '../../services/core/dag.ts'
import type { TaskSpec } from './column-driver.ts'

export interface RandomDag {
  readonly dagId: string
  readonly tasks: readonly TaskSpec[]
  readonly [option: string]: unknown
}

const rules = triggerRules.filter((rule) => rule !== 'all_done_setup_success')

const taskSeed = fc.record({
  upstream: fc.array(fc.nat(20), { maxLength: 3 }),
  operator: fc.constantFrom('bash', 'bash', 'bash', 'empty', 'branch', 'short_circuit'),
  rule: fc.oneof({ weight: 2, arbitrary: fc.constant('all_success') }, { weight: 3, arbitrary: fc.constantFrom(...rules) }),
  role: fc.constantFrom('work', 'work', 'work', 'work', 'setup', 'teardown'),
  map: fc.oneof(
    { weight: 5, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('cross', 'zip'), sources: fc.array(fc.nat(20), { minLength: 1, maxLength: 2 }) }) },
  ),
  inGroup: fc.boolean(),
  respectRules: fc.boolean(),
  retries: fc.nat(1),
  priorityWeight: fc.nat(3),
  onFailureFailDagrun: fc.boolean(),
  past: fc.constantFrom(null, null, null, null, 'dependsOnPast', 'waitForDownstream'),
  limit: fc.constantFrom(null, null, null, 'maxActiveTis', 'maxActiveTisPerRun'),
})

/** Source 0..2: a literal of that length; others: an earlier task. */
const sourceOf = (n: number, earlier: readonly string[]) =>
  n < 3 || earlier.length === 0 ? { literal: Array.from({ length: n % 3 }, (_, i) => i) } : { task: earlier[n % earlier.length] ?? '' }

/** A calendar for backfills, all of it so long ago that it makes no run by itself. */
const schedule = { kind: 'dates', dates: Array.from({ length: 8 }, (_, n) => 1_000_000 * (n + 1)) }

/** Groups: g1 is mapped over a literal or the first task, g2 is plain. */
export const randomDag: fc.Arbitrary<RandomDag> = fc
  .record({
    tasks: fc.array(taskSeed, { minLength: 2, maxLength: 9, size: 'max' }),
    group: fc.constantFrom(null, null, 'plain', 'mapped'),
    groupSource: fc.nat(4),
    maxActiveTasks: fc.constantFrom(1, 2, 16),
    maxActiveRuns: fc.constantFrom(1, 2, 16),
    failFast: fc.constantFrom(false, false, false, true),
  })
  .map(({ tasks: seeds, group, groupSource, ...options }) => {
    const tasks: TaskSpec[] = []
    const setups = new Set<string>()
    for (const [i, seed] of seeds.entries()) {
      const isInGroup = group !== null && seed.inGroup && i > 0
      const taskId = isInGroup ? `g.t${i}` : `t${i}`
      const earlier = tasks.map((task) => task.taskId)
      const upstream = [...new Set(earlier.length === 0 ? [] : seed.upstream.map((n) => earlier[n % earlier.length] ?? ''))]
      const sources =
        seed.map === null || (isInGroup && group === 'mapped')
          ? []
          : seed.map.sources.map((n) =>
              sourceOf(
                n,
                earlier.filter((id) => !id.startsWith('g.') || group !== 'mapped'),
              ),
            )
      for (const source of sources) if ('task' in source && !upstream.includes(source.task ?? '')) upstream.push(source.task ?? '')
      const below = upstream.some((id) => setups.has(id))
      const rule = seed.rule === 'always' && (sources.length > 0 || isInGroup) ? 'one_done' : seed.rule
      const role = seed.role === 'teardown' && upstream.length === 0 ? 'work' : seed.role
      if (role === 'setup') setups.add(taskId)
      tasks.push({
        taskId,
        upstream,
        operator: seed.operator,
        needsCode: seed.operator === 'branch' || seed.operator === 'short_circuit',
        args: seed.operator === 'bash' ? { command: 'true' } : seed.operator === 'short_circuit' ? { ignoreDownstreamTriggerRules: !seed.respectRules } : {},
        triggerRule: role === 'teardown' ? 'all_done_setup_success' : below || options.failFast ? 'all_success' : rule,
        setup: role === 'setup',
        teardown: role === 'teardown' ? { setups: upstream.filter((id) => setups.has(id)), onFailureFailDagrun: seed.onFailureFailDagrun } : null,
        map: sources.length > 0 ? { kind: seed.map?.kind ?? 'cross', inputs: Object.fromEntries(sources.map((source, n) => [`i${n}`, source])) } : null,
        groupId: isInGroup ? 'g' : null,
        retries: seed.retries,
        retryDelayMs: 1000,
        priorityWeight: seed.priorityWeight,
        ...(seed.past === null ? {} : { [seed.past]: true }),
        ...(seed.limit === null ? {} : { [seed.limit]: 1 }),
      })
    }
    const map = { kind: 'cross', inputs: { g: groupSource < 3 ? { literal: Array.from({ length: groupSource }, (_, i) => i) } : { task: 't0' } } }
    return { dagId: 'x', schedule, tasks, groups: group === null ? [] : [{ groupId: 'g', map: group === 'mapped' ? map : null }], ...options }
  })

/** What happens next, by numbers that pick among what is there. */
export interface Doing {
  readonly what: (typeof doings)[number]
  readonly pick: number
  readonly more: number
}
const doings = [
  ...[
    'succeed',
    'succeed',
    'succeed',
    'succeed',
    'succeed',
    'succeed',
    'fail',
    'failForGood',
    'skip',
    'lose',
    'start',
    'reschedule',
    'again',
    'wait',
    'defer',
    'fire',
    'fire',
  ],
  ...['succeed', 'succeed', 'succeed', 'fail', 'clear', 'clear', 'mark', 'trigger', 'trigger', 'unpause'],
  ...['archive', 'archive', 'archive', 'readBack', 'readBack', 'readBack', 'markRun', 'backfill', 'backfill'],
  ...['succeed', 'succeed', 'succeed', 'start', 'defer', 'fire', 'clear', 'mark', 'markRun', 'trigger', 'pause', 'unpause', 'unpause'],
] as const
export const randomDoings: fc.Arbitrary<readonly Doing[]> = fc.array(
  fc.record({ what: fc.constantFrom(...doings), pick: fc.nat(1000), more: fc.nat(1_000_000) }),
  {
    minLength: 8,
    maxLength: 40,
    size: 'max',
  },
)
