/** What branches, short circuits and latest-only skip (SEMANTICS 3): at once when they decided, and again whenever the skipped one is cleared alone. */
import { type Dag, instancesOf, type Run, type TaskInstance } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { descendants, type GraphTask } from './graph.ts'
import { isSkippedBy, isSkipper, skipsAll } from './graph-skips.ts'
import { takeAway } from './task-change.ts'

/** States that a skip does not overwrite. */
const kept: ReadonlySet<string> = new Set(['running', 'success', 'failed', 'skipped'])

/** `task` decided: those below it that it did not choose are skipped. */
export const skipNotChosen = (d: Deciding, dag: Dag, run: Run, node: GraphTask, task: TaskInstance): void => {
  const { graph } = run.version
  const { chosen } = task
  if (task.state !== 'success' || chosen === null || !isSkipper(node.definition)) return
  const reason = `skipped by ${task.key}`
  for (const taskId of skipsAll(node.definition) ? descendants(graph, task.taskId) : node.downstream) {
    const below = graph.tasks.get(taskId)
    if (!below || !isSkippedBy(graph, node.definition, chosen, below.definition)) continue
    for (const instance of within(run, node, task, below)) if (!kept.has(instance.state)) takeAway(d, dag, run, instance, 'skipped', reason)
  }
}

/** Those that a skipper's instance decides about: a mapped one only about its own index inside its mapped group. */
const within = (run: Run, node: GraphTask, task: TaskInstance, below: GraphTask): readonly TaskInstance[] => {
  if (node.unit === null) return instancesOf(run, below.definition.taskId)
  if (!node.unit.isGroup || below.unit !== node.unit) return []
  return instancesOf(run, below.definition.taskId).filter(({ mapIndex }) => mapIndex === task.mapIndex)
}

/** The skipper that decided against an instance which has not begun, or null. */
export const choiceSkips = (run: Run, node: GraphTask, task: TaskInstance): string | null => {
  const { graph } = run.version
  for (const skipperId of node.skippers) {
    const above = graph.tasks.get(skipperId)
    if (!above || (above.unit !== null && (!above.unit.isGroup || above.unit !== node.unit))) continue
    const key = above.unit === null || task.mapIndex < 0 ? skipperId : `${skipperId}[${task.mapIndex}]`
    const skipper = run.tasks.get(key)
    if (skipper?.state === 'success' && skipper.chosen !== null && isSkippedBy(graph, above.definition, skipper.chosen, node.definition)) return key
  }
  return null
}
