/** Tasks whose result decides which tasks behind them run (SEMANTICS 3). */
import { MillraceError } from '../../core/errors.ts'
import { shown } from '../../core/normal-kinds.ts'
import { didYouMean } from '../../core/normal-names.ts'
import type { Dag } from '../dag.ts'
import { isGroup } from '../group-parts.ts'
import { isTask } from '../task.ts'
import type { Operator } from './operator-run.ts'

export const runBranch: Operator = async ({ task, code, context, choose, dag }) => {
  const chosen: unknown = await code.run?.(context)
  if (chosen === undefined)
    throw new MillraceError('bad_request', `branch '${task.taskId}' returned nothing: return a task, a group, an id, a list of them, or null to follow none`)
  const ids = chosen === null ? [] : [...new Set([chosen].flat().map((choice) => idOf(task.taskId, choice, dag)))]
  choose(ids)
  context.log.info(ids.length === 0 ? 'follows none' : `follows ${ids.join(', ')}`)
  return ids
}

const idOf = (branchId: string, choice: unknown, dag: Dag | null): string => {
  const id = isTask(choice) ? choice.taskId : isGroup(choice) ? choice.groupId : choice
  if (typeof id !== 'string')
    throw new MillraceError('bad_request', `branch '${branchId}' returned ${shown(id)}: return a task, a group, an id, a list of them, or null to follow none`)
  const known = [...(dag?.taskIds ?? []), ...(dag?.groupIds ?? [])]
  if (dag !== null && !known.includes(id))
    throw new MillraceError('task_not_found', `branch '${branchId}' chose '${id}': the DAG has no such task or group${didYouMean(id, known)}`)
  return id
}

export const runShortCircuit: Operator = async ({ code, context, choose }) => {
  const result: unknown = await code.run?.(context)
  if (result) return result
  choose([])
  context.log.info('the result is falsy: what is behind is skipped')
  return result
}
