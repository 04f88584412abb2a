/** A reason to wait, in words. */
import type { InstanceState, WaitFact } from './why-types.ts'

const mostNamed = 5

const named = (instances: readonly InstanceState[]): string => {
  const names = instances.slice(0, mostNamed).map(({ taskId, mapIndex, state }) => `${taskId}${mapIndex < 0 ? '' : `[${mapIndex}]`} (${state})`)
  const rest = instances.length - names.length
  return rest > 0 ? `${names.join(', ')} and ${rest} more` : names.join(', ')
}

const when = (ms: number | null): string => (ms === null ? 'a time that is not known yet' : new Date(ms).toISOString().replace('.000Z', 'Z'))

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`

const areActive = (n: number, one: string): string => `${count(n, one)} ${n === 1 ? 'is' : 'are'}`

export const sentenceOf = (fact: WaitFact): string => {
  switch (fact.kind) {
    case 'paused':
      return `DAG ${fact.facts.dagId} is paused: unpause it to let its tasks start.`
    case 'run_after':
      return `The run does not start before ${when(fact.facts.at)}.`
    case 'run_limit': {
      const { active, limit, backfillId } = fact.facts
      return backfillId === null
        ? `${areActive(active, 'run')} running in the DAG, and maxActiveRuns is ${limit}.`
        : `${areActive(active, 'run')} running in backfill ${backfillId}, and its limit is ${limit}.`
    }
    case 'backfill_paused':
      return `Backfill ${fact.facts.backfillId} is paused.`
    case 'backfill_yields':
      return fact.facts.scheduledRuns > 0
        ? `Backfill ${fact.facts.backfillId} lets ${count(fact.facts.scheduledRuns, 'run')} of the schedule go first.`
        : `Tasks of backfill ${fact.facts.backfillId} go behind those of other runs.`
    case 'run_queued':
      return 'The run is queued: the scheduler starts it next.'
    case 'run_over':
      return `The run is over (${fact.facts.runState}): clear the task to run it.`
    case 'upstream': {
      const { rule, done, total, waitingFor } = fact.facts
      return `${done} of ${areActive(total, 'upstream')} finished (rule ${rule}). It waits for ${named(waitingFor)}.`
    }
    case 'setup':
      return `It waits for its setup: ${named(fact.facts.waitingFor)}.`
    case 'teardown':
      return `A teardown runs when all work behind its setups is finished. It waits for ${named(fact.facts.waitingFor)}.`
    case 'map_input':
      return `How many instances there are is known when its input is: ${named(fact.facts.waitingFor)}.`
    case 'depends_on_past':
      return `It depends on the past: in run ${fact.facts.runId} ${named(fact.facts.instances)} must be success or skipped.`
    case 'wait_for_downstream':
      return `It waits for the tasks below it in run ${fact.facts.runId}: ${named(fact.facts.instances)}.`
    case 'active_tasks':
      return `${areActive(fact.facts.active, 'task')} active in the run, and maxActiveTasks is ${fact.facts.limit}.`
    case 'task_limit': {
      const { active, limit, within } = fact.facts
      const name = within === 'dag' ? 'maxActiveTisPerDag' : 'maxActiveTisPerDagRun'
      return `${count(active, 'instance')} of the task ${active === 1 ? 'is' : 'are'} active in the ${within === 'dag' ? 'DAG' : 'run'}, and ${name} is ${limit}.`
    }
    case 'scheduler':
      return 'Nothing holds it back: the scheduler comes to it next.'
    case 'executor':
      return 'No executor is there to hand it to a worker: start one.'
    case 'no_pool':
      return `There is no pool ${fact.facts.pool}: make it, or name another one.`
    case 'pool': {
      const { pool, slots, free, wanted, queued } = fact.facts
      return `Pool ${pool} is full: ${free}/${slots} slots are free, it needs ${wanted}, ${queued} wait.`
    }
    case 'queue':
      return `No live worker serves queue ${fact.facts.queue}: start one with --queues ${fact.facts.queue}.`
    case 'worker_slots':
      return `Every worker of queue ${fact.facts.queue} is busy; ${count(fact.facts.waiting, 'task')} wait.`
    case 'dispatch':
      return 'It is queued: the executor hands it to a worker next.'
    case 'retry_at':
      return `Try ${fact.facts.tryNumber} starts at ${when(fact.facts.at)}.`
    case 'poke_at':
      return `It looks again at ${when(fact.facts.at)}.`
    case 'trigger': {
      const { waits, since, until } = fact.facts
      return `It is deferred${since === null ? '' : ` since ${when(since)}`}: it ${waits ?? 'waits for the event of its trigger'}${until === null ? '' : `, until ${when(until)} at the latest`}.`
    }
    case 'restarting':
      return 'It was cleared while it ran: it starts again when it has stopped.'
    case 'timeout_at':
      return `The run times out at ${when(fact.facts.at)}: what is not finished then is skipped.`
    default:
      return fact satisfies never
  }
}
