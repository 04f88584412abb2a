import { archivedAhead } from './backfill-runs.ts'
import type { ArchivedRunEntry, Dag } from './column-state.ts'
import { neededRuns } from './revive.ts'

/** The archived runs that the first waiting command and the DAG's backfills ask for: the shell reads them back. */
export const wantedFromArchive = (dag: Dag): readonly ArchivedRunEntry[] => {
  const [head] = dag.held
  if (!head && dag.backfills.size === 0) return none
  const ids = new Set([...(head ? neededRuns(dag, head.command) : []), ...archivedAhead(dag)])
  return [...ids].flatMap((runId) => dag.archived.get(runId) ?? [])
}

const none: readonly ArchivedRunEntry[] = []
