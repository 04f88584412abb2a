/** Whether an instance may run, waits, or takes a state at once: its trigger rule, the setups in whose scope it stands, the work before a teardown. */
import type { TaskInstance } from './column-state.ts'
import { countsOf, doneOf } from './gate.ts'
import type { GraphTask } from './graph.ts'
import { badVerdict, type Verdict, verdictOf } from './trigger-rule.ts'

export const judge = (node: GraphTask, task: TaskInstance): Verdict => {
  const upstream = countsOf(task, 'upstream')
  const { triggerRule } = node.definition
  if (upstream.total === 0 || triggerRule === 'always') return 'run'
  const setups = countsOf(task, 'setups')
  const bad = setups.total > 0 ? badVerdict(setups, task.mapIndex) : null
  if (bad) return bad
  const verdict = verdictOf(triggerRule, upstream, { mapIndex: task.mapIndex, directSetups: countsOf(task, 'directSetups') })
  if (verdict === 'wait') return 'wait'
  if (node.definition.teardown !== null) {
    const between = countsOf(task, 'between')
    if (doneOf(between) < between.total) return 'wait'
  }
  return verdict === 'run' && setups.success + setups.removed < setups.total ? 'wait' : verdict
}
