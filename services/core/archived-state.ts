/** The last state of a finished run as topic archive and the journal have it: JSON of the run and of the version that it is pinned to. */
import { type Dag, type Run, type VersionState, versionState } from './column-state.ts'
import type { DagDefinition } from './dag.ts'
import { isRecord } from './normal-problems.ts'
import { type RunSnapshot, runFrom, runSnapshot } from './snapshot.ts'
import { isRunFinished } from './states.ts'

export interface ArchivedState {
  readonly run: RunSnapshot
  readonly definition: DagDefinition
  readonly bundle: string | null
}

export const archivedText = (run: Run): string =>
  JSON.stringify({ run: runSnapshot(run), definition: run.version.definition, bundle: run.version.bundle } satisfies ArchivedState)

/** null: it is not what `archivedText` writes of a finished run. */
export const parseArchived = (text: string): ArchivedState | null => {
  const { run, definition, bundle } = parse(text)
  const isWhole = isRecord(run) && typeof run.runId === 'string' && typeof run.version === 'string' && Array.isArray(run.tasks) && isRecord(definition)
  if (!isWhole || !isRunFinished((run as unknown as RunSnapshot).state)) return null
  return { run: run as unknown as RunSnapshot, definition: definition as unknown as DagDefinition, bundle: typeof bundle === 'string' ? bundle : null }
}

const parse = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

/** The run as it was, with its version: the column's own where it still knows it. Nothing of it is in the column yet. */
export const revived = (dag: Dag, { run, definition, bundle }: ArchivedState): { readonly run: Run; readonly version: VersionState } => {
  const version = dag.versions.get(run.version) ?? versionState(run.version, definition, bundle)
  return { run: runFrom(run, version), version }
}
