import type { DagDefinition, TriggerRule } from './dag.ts'
import type { RunState, TaskState } from './states.ts'

/** An instance by name, and where it stands. */
export interface InstanceState {
  readonly taskId: string
  readonly mapIndex: number
  readonly state: TaskState
}

/** What `whyWaits` looks at. Instants are ms since the epoch. */
export interface WhyInput {
  /** Of the version that the run is pinned to. */
  readonly definition: DagDefinition
  readonly instance: InstanceState & {
    readonly tryNumber: number
    readonly dueAt: number | null
    /** When it came into its state. */
    readonly since: number | null
    /** Of its state, as its row tells it; deferred: what it waits for. */
    readonly reason: string | null
    readonly pool: string
    readonly queue: string
  }
  readonly run: {
    readonly runId: string
    readonly state: RunState
    readonly runAfter: number
    readonly queuedAt: number | null
    readonly startedAt: number | null
  }
  readonly dag: {
    readonly paused: boolean
    /** Runs of the DAG that are running, those of backfills left out. */
    readonly activeRuns: number
    /** Runs that are due and queued, those of backfills left out: a backfill lets them go first. */
    readonly dueRuns: number
  }
  /** The backfill that the run belongs to. */
  readonly backfill: { readonly backfillId: string; readonly state: string; readonly activeRuns: number; readonly maxActiveRuns: number } | null
  /** Every instance of the tasks that it waits for (`upstreamsToAsk`). */
  readonly upstreams: readonly InstanceState[]
  /** Instances that are queued, running, deferred or restarting. */
  readonly active: { readonly inRun: number; readonly ofTask: number; readonly ofTaskInRun: number }
  /** The DAG's run before this one by logical date, and its instances of this task and its direct downstreams. */
  readonly previous: { readonly runId: string; readonly instances: readonly InstanceState[] } | null
  /** Null: there is none of that name. `slots` null: no limit. */
  readonly pool: { readonly name: string; readonly slots: number | null; readonly taken: number; readonly queued: number } | null
  readonly poolSlots: number
  /** What the active executor showed last; null: none was heard of. */
  readonly executor: {
    readonly unservedQueues: readonly string[]
    /** Attempts that are not dispatched. */
    readonly waiting: number
    /** Free slots of the live workers that serve the instance's queue. */
    readonly freeWorkerSlots: number
  } | null
  readonly now: number
}

/** A reason, as data. */
export type WaitFact =
  | { readonly kind: 'paused'; readonly facts: { readonly dagId: string } }
  | { readonly kind: 'run_after'; readonly facts: { readonly at: number } }
  | { readonly kind: 'run_limit'; readonly facts: { readonly active: number; readonly limit: number; readonly backfillId: string | null } }
  | { readonly kind: 'backfill_paused'; readonly facts: { readonly backfillId: string } }
  | { readonly kind: 'backfill_yields'; readonly facts: { readonly backfillId: string; readonly scheduledRuns: number } }
  | { readonly kind: 'run_queued'; readonly facts: { readonly since: number | null } }
  | { readonly kind: 'run_over'; readonly facts: { readonly runState: RunState } }
  | {
      readonly kind: 'upstream'
      readonly facts: { readonly rule: TriggerRule; readonly done: number; readonly total: number; readonly waitingFor: readonly InstanceState[] }
    }
  | { readonly kind: 'setup'; readonly facts: { readonly waitingFor: readonly InstanceState[] } }
  | { readonly kind: 'teardown'; readonly facts: { readonly waitingFor: readonly InstanceState[] } }
  | { readonly kind: 'map_input'; readonly facts: { readonly waitingFor: readonly InstanceState[] } }
  | { readonly kind: 'depends_on_past'; readonly facts: { readonly runId: string; readonly instances: readonly InstanceState[] } }
  | { readonly kind: 'wait_for_downstream'; readonly facts: { readonly runId: string; readonly instances: readonly InstanceState[] } }
  | { readonly kind: 'active_tasks'; readonly facts: { readonly active: number; readonly limit: number } }
  | { readonly kind: 'task_limit'; readonly facts: { readonly active: number; readonly limit: number; readonly within: 'dag' | 'run' } }
  | { readonly kind: 'scheduler'; readonly facts: { readonly since: number | null } }
  | { readonly kind: 'executor'; readonly facts: { readonly lastSeen: number | null } }
  | { readonly kind: 'no_pool'; readonly facts: { readonly pool: string } }
  | {
      readonly kind: 'pool'
      readonly facts: { readonly pool: string; readonly slots: number; readonly free: number; readonly wanted: number; readonly queued: number }
    }
  | { readonly kind: 'queue'; readonly facts: { readonly queue: string } }
  | { readonly kind: 'worker_slots'; readonly facts: { readonly queue: string; readonly waiting: number } }
  | { readonly kind: 'dispatch'; readonly facts: { readonly since: number | null; readonly waiting: number } }
  | { readonly kind: 'retry_at'; readonly facts: { readonly at: number | null; readonly tryNumber: number } }
  | { readonly kind: 'poke_at'; readonly facts: { readonly at: number | null } }
  | { readonly kind: 'trigger'; readonly facts: { readonly waits: string | null; readonly since: number | null; readonly until: number | null } }
  | { readonly kind: 'restarting'; readonly facts: { readonly since: number | null } }
  | { readonly kind: 'timeout_at'; readonly facts: { readonly at: number } }

export type WaitKind = WaitFact['kind']

export type WaitReason = WaitFact & { readonly sentence: string }
