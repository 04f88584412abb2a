/**
 * "Why does it wait?" (SEMANTICS 8), as data, for a task instance that is not running. It follows from what is known anyway (the run, its instances, the
 * definition, the executor's status): nothing is written for a task that waits, and nobody asks again and again. Pure; the reason that holds first comes
 * first.
 */
import type { DagDefinition } from './dag.ts'
import { isFinished } from './states.ts'
import { sentenceOf } from './why-sentence.ts'
import type { WaitFact, WaitReason, WhyInput } from './why-types.ts'
import { waitsForUpstreams } from './why-upstream.ts'

/** Nothing: it runs, or it is over. */
export const whyWaits = (input: WhyInput): readonly WaitReason[] => {
  const { instance, run, dag } = input
  if (isFinished(instance.state) || instance.state === 'running') return []
  const facts: WaitFact[] = []
  if (dag.paused) facts.push({ kind: 'paused', facts: { dagId: input.definition.dagId } })
  if (run.state === 'queued') facts.push(...whyRunWaits(input))
  else if (run.state === 'running') facts.push(...whyInstanceWaits(input))
  else facts.push({ kind: 'run_over', facts: { runState: run.state } })
  facts.push(...timeouts(input))
  return facts.map((fact) => ({ ...fact, sentence: sentenceOf(fact) }))
}

const whyRunWaits = ({ definition, run, backfill, dag, now }: WhyInput): WaitFact[] => {
  if (run.runAfter > now) return [{ kind: 'run_after', facts: { at: run.runAfter } }]
  if (backfill !== null) {
    if (backfill.state === 'paused') return [{ kind: 'backfill_paused', facts: { backfillId: backfill.backfillId } }]
    if (backfill.activeRuns >= backfill.maxActiveRuns)
      return [{ kind: 'run_limit', facts: { active: backfill.activeRuns, limit: backfill.maxActiveRuns, backfillId: backfill.backfillId } }]
    if (dag.dueRuns > 0) return [{ kind: 'backfill_yields', facts: { backfillId: backfill.backfillId, scheduledRuns: dag.dueRuns } }]
  } else if (dag.activeRuns >= definition.maxActiveRuns)
    return [{ kind: 'run_limit', facts: { active: dag.activeRuns, limit: definition.maxActiveRuns, backfillId: null } }]
  return [{ kind: 'run_queued', facts: { since: run.queuedAt } }]
}

const whyInstanceWaits = (input: WhyInput): WaitFact[] => {
  const { instance } = input
  switch (instance.state) {
    case 'none':
      return orElse([...waitsForUpstreams(input), ...earlierRun(input)], { kind: 'scheduler', facts: { since: input.run.startedAt } })
    case 'scheduled':
      return orElse([...earlierRun(input), ...limits(input)], { kind: 'scheduler', facts: { since: instance.since } })
    case 'queued':
      return whyQueued(input)
    case 'up_for_retry':
      return [{ kind: 'retry_at', facts: { at: instance.dueAt, tryNumber: instance.tryNumber + 1 } }]
    case 'up_for_reschedule':
      return [{ kind: 'poke_at', facts: { at: instance.dueAt } }]
    case 'deferred':
      return [{ kind: 'trigger', facts: { waits: instance.reason, since: instance.since, until: instance.dueAt } }]
    case 'restarting':
      return [{ kind: 'restarting', facts: { since: instance.since } }]
    default:
      return []
  }
}

const orElse = (found: WaitFact[], otherwise: WaitFact): WaitFact[] => (found.length > 0 ? found : [otherwise])

const taskOf = (definition: DagDefinition, taskId: string) => definition.tasks.find((task) => task.taskId === taskId)

/** Limits of the run and of the task: they hold back what is scheduled. */
const limits = ({ definition, instance, active }: WhyInput): WaitFact[] => {
  const facts: WaitFact[] = []
  const task = taskOf(definition, instance.taskId)
  if (active.inRun >= definition.maxActiveTasks) facts.push({ kind: 'active_tasks', facts: { active: active.inRun, limit: definition.maxActiveTasks } })
  if (task && task.maxActiveTis !== null && active.ofTask >= task.maxActiveTis)
    facts.push({ kind: 'task_limit', facts: { active: active.ofTask, limit: task.maxActiveTis, within: 'dag' } })
  if (task && task.maxActiveTisPerRun !== null && active.ofTaskInRun >= task.maxActiveTisPerRun)
    facts.push({ kind: 'task_limit', facts: { active: active.ofTaskInRun, limit: task.maxActiveTisPerRun, within: 'run' } })
  return facts
}

/** SEMANTICS 4, dependsOnPast and waitForDownstream. */
const earlierRun = ({ definition, instance, previous }: WhyInput): WaitFact[] => {
  const task = taskOf(definition, instance.taskId)
  if (!task || previous === null || !(task.dependsOnPast || task.waitForDownstream)) return []
  const { runId } = previous
  const isWell = (state: string): boolean => state === 'success' || state === 'skipped'
  const own = previous.instances.filter((one) => one.taskId === instance.taskId && !isWell(one.state))
  const facts: WaitFact[] = own.length > 0 ? [{ kind: 'depends_on_past', facts: { runId, instances: own } }] : []
  const below = definition.tasks.filter((one) => one.upstream.includes(instance.taskId)).map((one) => one.taskId)
  const open = previous.instances.filter((one) => below.includes(one.taskId) && !isWell(one.state))
  if (task.waitForDownstream && open.length > 0) facts.push({ kind: 'wait_for_downstream', facts: { runId, instances: open } })
  return facts
}

/** What is queued waits for the executor: its pool, its queue, or those before it. */
const whyQueued = ({ instance, pool, poolSlots, executor, backfill }: WhyInput): WaitFact[] => {
  if (executor === null) return [{ kind: 'executor', facts: { lastSeen: null } }]
  const facts: WaitFact[] = []
  if (pool === null) facts.push({ kind: 'no_pool', facts: { pool: instance.pool } })
  else if (pool.slots !== null && pool.slots - pool.taken < poolSlots)
    facts.push({
      kind: 'pool',
      facts: { pool: pool.name, slots: pool.slots, free: Math.max(0, pool.slots - pool.taken), wanted: poolSlots, queued: pool.queued },
    })
  if (executor.unservedQueues.includes(instance.queue)) facts.push({ kind: 'queue', facts: { queue: instance.queue } })
  else if (executor.freeWorkerSlots === 0) facts.push({ kind: 'worker_slots', facts: { queue: instance.queue, waiting: executor.waiting } })
  if (facts.length === 0 && backfill !== null && executor.waiting > 1)
    facts.push({ kind: 'backfill_yields', facts: { backfillId: backfill.backfillId, scheduledRuns: 0 } })
  return orElse(facts, { kind: 'dispatch', facts: { since: instance.since, waiting: executor.waiting } })
}

/** Until when it can wait at most: the run's own time-out. */
const timeouts = ({ definition, run }: WhyInput): WaitFact[] =>
  run.state === 'running' && run.startedAt !== null && definition.dagrunTimeoutMs !== null
    ? [{ kind: 'timeout_at', facts: { at: run.startedAt + definition.dagrunTimeoutMs } }]
    : []
