/** What a worker is told to run an attempt, and a triggerer to run a trigger: the inbox command's body. */
import type { RunAttempt, RunTrigger } from '../../schemas/generated/records.ts'
import { attemptContext, upstreamXComs } from '../core/attempt-context.ts'
import type { TaskDefinition } from '../core/dag.ts'
import type { Deferral } from '../core/trigger.ts'
import type { Want } from './wanted.ts'

/** A definition object belongs to one version of a DAG and never changes: its text is made once, not a thousand times a second. */
const texts = new WeakMap<TaskDefinition, string>()

const textOf = (definition: TaskDefinition): string => {
  const known = texts.get(definition)
  if (known !== undefined) return known
  const text = JSON.stringify(definition)
  texts.set(definition, text)
  return text
}

export const runAttemptOf = (want: Want): RunAttempt => ({
  token: want.token,
  dagId: want.dag.dagId,
  runId: want.run.runId,
  taskId: want.task.taskId,
  mapIndex: want.task.mapIndex,
  tryNumber: want.tryNumber,
  version: want.run.version.version,
  bundle: want.run.version.bundle,
  task: textOf(want.definition),
  context: JSON.stringify(attemptContext(want.dag, want.run, want.task)),
  xcoms: upstreamXComs(want.run, want.task),
})

/** Task and context only for those that run the DAG's code: thousands of others stay small. */
export const runTriggerOf = (want: Want): RunTrigger => {
  const { kind, name, args, needsCode, onTimeout }: Deferral = JSON.parse(want.trigger ?? '{}')
  return {
    token: want.token,
    dagId: want.dag.dagId,
    runId: want.run.runId,
    taskId: want.task.taskId,
    mapIndex: want.task.mapIndex,
    tryNumber: want.tryNumber,
    logicalDate: want.run.logicalDate,
    version: want.run.version.version,
    bundle: want.run.version.bundle,
    trigger: JSON.stringify({ kind, name, args, needsCode, onTimeout }),
    task: needsCode ? textOf(want.definition) : null,
    context: needsCode ? JSON.stringify(attemptContext(want.dag, want.run, want.task)) : null,
  }
}
