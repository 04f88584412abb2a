/** What holds of the tries of an instance whatever else happens (SEMANTICS 1, 5 and 7): retries are bounded, and a deferral is part of a try. */
import type { DagDefinition } from '../../services/core/dag.ts'
import type { Event } from '../../services/core/events.ts'
import { forced } from './reference-model.ts'

const ranOut = /^(trigger_timeout|timeout)$/

/** Throws at the first event that breaks one. */
export const attemptLaws = (dag: DagDefinition): { take(event: Event): void } => {
  const seen = new Map<string, { state: string; tries: number; failures: number }>()
  const retries = new Map(dag.tasks.map((task) => [task.taskId, task.retries]))
  return {
    take(event) {
      if (event.type !== 'TaskStateChanged') return
      const name = `${event.runId}/${event.taskId}[${event.mapIndex}]`
      const broken = (what: string): never => {
        throw new Error(`${name} ${what}`)
      }
      const before = seen.get(name) ?? { state: 'none', tries: 0, failures: 0 }
      const { state } = event
      if (state === 'deferred') {
        const mayDefer = ['queued', 'running'].includes(before.state) || (before.state === 'deferred' && event.reason === 'trigger_lost')
        if (!mayDefer) broken(`deferred from ${before.state}`)
        if (event.token === null) broken('deferred without a token')
      }
      if (before.state === 'deferred' && state === 'scheduled') {
        if (event.resume === null) broken('goes on with nothing')
        if (event.tryNumber !== before.tries) broken('began a try by waking')
      }
      const counts = event.error && !forced.test(event.reason ?? '') && (event.reason === null || ranOut.test(event.reason))
      const failures = state === 'none' ? 0 : before.failures + (counts ? 1 : 0)
      if (counts && state === 'up_for_retry' && failures > (retries.get(event.taskId) ?? 0)) broken('has no retry left')
      seen.set(name, { state, tries: event.tryNumber, failures })
    },
  }
}
