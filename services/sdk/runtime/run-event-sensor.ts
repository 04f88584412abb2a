/** Sensors that wait for what is told on topics: they have nothing to look at, so their wait is always the triggerer's. */
import type { Json, JsonObject } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import { fail, skip } from '../outcomes.ts'
import type { OperatorRun } from './operator-run.ts'
import { deferSensor } from './run-sensor.ts'

export const runExternalTaskSensor = async (run: OperatorRun): Promise<unknown> => {
  const { args, facts, task } = run
  if (facts.resume !== null) return afterExternal(args, facts.resume.event as JsonObject)
  const { dagId, taskIds, executionDeltaMs, failedStates, skippedStates, allowedStates } = args
  let which: JsonObject
  if (typeof args.runId === 'string') which = { runId: args.runId }
  else {
    const date = typeof args.logicalDate === 'string' ? Date.parse(args.logicalDate) : facts.logicalDate
    if (date === null || Number.isNaN(date))
      throw new MillraceError('bad_option', `task '${task.taskId}': the run to wait for is not known: this run has no logical date; give runId or logicalDate`)
    which = { logicalDate: date - (typeof executionDeltaMs === 'number' ? executionDeltaMs : 0) }
  }
  const asked: Record<string, Json> = { dagId: String(dagId), ...which, allowedStates: allowedStates ?? ['success'] }
  if (taskIds !== undefined) asked.taskIds = taskIds
  asked.failedStates = [...((failedStates ?? ['failed', 'upstream_failed']) as readonly string[]), ...((skippedStates ?? []) as readonly string[])]
  return deferSensor(run, { kind: 'external_task', args: asked, needsCode: false })
}

const afterExternal = (args: JsonObject, event: JsonObject): JsonObject => {
  const states = Object.entries((event.states ?? {}) as Readonly<Record<string, string>>)
  const allowed = (args.allowedStates ?? ['success']) as readonly string[]
  const skipped = (args.skippedStates ?? []) as readonly string[]
  const bad = states.filter(([, state]) => !allowed.includes(state))
  if (bad.length === 0) return event
  const words = bad.map(([what, state]) => `${what} is ${state}`).join(', ')
  if (args.softFail === true || bad.every(([, state]) => skipped.includes(state))) skip(`in DAG ${event.dagId}, run ${event.runId}: ${words}`)
  return fail(`in DAG ${event.dagId}, run ${event.runId}: ${words}`)
}

export const runKafkaMessageSensor = async (run: OperatorRun): Promise<unknown> => {
  const { args, facts } = run
  if (facts.resume !== null) return facts.resume.event
  const { topic, cluster, key, where, value } = args
  // From the first try's start on, so that a message which came during a retry or a move counts.
  const asked = { topic, cluster, key, where, value, since: facts.firstTryStartedAt ?? Date.now() }
  return deferSensor(run, { kind: 'kafka_message', args: JSON.parse(JSON.stringify(asked)), needsCode: false })
}

export const runDatasetSensor = async (run: OperatorRun): Promise<unknown> => {
  const { args, facts } = run
  if (facts.resume !== null) return facts.resume.event
  return deferSensor(run, { kind: 'dataset', args: { uri: String(args.uri), since: facts.firstTryStartedAt ?? Date.now() }, needsCode: false })
}
