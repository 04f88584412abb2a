/**
 * dependsOnPast and waitForDownstream (SEMANTICS 4): the same task in the run before, by logical date, must be success or skipped; with
 * waitForDownstream its direct downstreams there, too. The first run is exempt, a run without logical date, and a task that the run before did not have.
 *
 * Of a run that left memory the index knows which of its tasks are unsettled (evolve-archive.ts); one that succeeded may have some above its leaves.
 */
import { type Dag, instancesOf, type Run } from './column-state.ts'
import type { GraphTask } from './graph.ts'
import { neighbour } from './run-dates.ts'

export const pastHolds = (dag: Dag, run: Run, node: GraphTask): boolean => {
  const { taskId, dependsOnPast, waitForDownstream } = node.definition
  if (!dependsOnPast && !waitForDownstream) return true
  const before = neighbour(dag, run.logicalDate, -1)
  if (before === null) return true
  const watched = waitForDownstream ? [taskId, ...node.downstream] : [taskId]
  const inMemory = dag.runs.get(before)
  if (!inMemory) return !watched.some((id) => dag.archived.get(before)?.unsettled?.includes(id) === true)
  return watched.every((id) => instancesOf(inMemory, id).every(({ state }) => state === 'success' || state === 'skipped'))
}
