import type { Run, TaskInstance } from './column-state.ts'
import type { TaskState } from './states.ts'
import type { UpstreamCounts } from './trigger-rule.ts'

const counterOf = {
  success: 'success',
  failed: 'failed',
  upstream_failed: 'upstreamFailed',
  skipped: 'skipped',
  removed: 'removed',
} as const satisfies Partial<Record<TaskState, keyof UpstreamCounts>>

/** Counts a finished instance in (or out again) at each of its direct downstreams: a trigger rule then costs the same for 2 upstreams and 2,000. */
export const countUpstream = (run: Run, task: TaskInstance, state: TaskState, by: 1 | -1): void => {
  const counter = counterOf[state as keyof typeof counterOf]
  for (const below of run.version.graph.tasks.get(task.taskId)?.downstream ?? []) {
    const counts = run.tasks.get(below)?.upstream
    if (counts) counts[counter] += by
  }
}
