import type { JsonObject } from '../../core/dag.ts'
import { type Kind, kinds, oneOf } from '../../core/normal-kinds.ts'
import { makeTask } from '../make-task.ts'
import type { MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'

export interface TriggerDagRunOptions extends TaskOptions {
  /** The DAG to run (a template). */
  readonly dagId: string
  /** What its run is triggered with; texts in it are templates. */
  readonly conf?: JsonObject
  /** The run's id (a template). Default: made by the scheduler. */
  readonly runId?: string
  /** The run's logical date, an ISO time (a template); null: it has none. Default: the moment it is triggered. */
  readonly logicalDate?: string | null
  readonly note?: string
  /** Waits until the run is over: `deferrable` in the triggerer, `poke` in its slot. Default: it does not wait. */
  readonly wait?: 'poke' | 'deferrable'
  /** States of the run in which the task succeeds, when it waits; it fails in any other. Default success. */
  readonly allowedStates?: readonly ('success' | 'failed')[]
  /** A run with that id or logical date is there already: the task is skipped instead of failing. */
  readonly skipWhenAlreadyExists?: boolean
}

export interface TriggeredRun {
  readonly dagId: string
  readonly runId: string
  /** When it waited. */
  readonly state?: string
}

const states: Kind = {
  says: 'a list of success, failed',
  holds: (value) => Array.isArray(value) && value.length > 0 && value.every((v) => v === 'success' || v === 'failed'),
}
const dateOrNull: Kind = { says: 'an ISO time, or null', holds: (value) => value === null || kinds.nonEmpty.holds(value) }

/**
 * Triggers a run of a DAG, once however often this task is retried; its result is `{ dagId, runId }`.
 * @example triggerDagRun('load_day', { dagId: 'load', conf: { day: '{{ ds }}' }, wait: 'deferrable' })
 */
export const triggerDagRun = (taskId: string, options: TriggerDagRunOptions): MappableTask<TriggeredRun> => {
  const { dagId, conf, runId, logicalDate, note, wait, allowedStates, skipWhenAlreadyExists } = options
  return makeTask<TriggeredRun>({
    operator: 'trigger_dag_run',
    taskId,
    options: { ...options },
    ownOptions: {
      ...{ dagId: kinds.nonEmpty, conf: kinds.object, runId: kinds.nonEmpty, logicalDate: dateOrNull, note: kinds.text },
      ...{ wait: oneOf('poke', 'deferrable'), allowedStates: states, skipWhenAlreadyExists: kinds.flag },
    },
    args: { dagId, conf, runId, logicalDate, note, wait, allowedStates, skipWhenAlreadyExists },
  })
}
