/** A DAG's newest version is taken from the table: never an older offset (PROTOCOL, "A DAG definition is an input"). */
import type { DagVersion } from '../../schemas/generated/records.ts'
import type { DagDefinition } from './dag.ts'
import type { Deciding } from './decide.ts'
import { replan } from './start-runs.ts'

export const adoptDag = (d: Deciding, row: DagVersion, definition: DagDefinition, tableOffset: number): void => {
  const known = d.column.dags.get(definition.dagId)
  if (known && (known.tableOffset >= tableOffset || (known.version === row.version && !known.removed))) return
  d.emit({
    type: 'DagAdopted',
    dagId: definition.dagId,
    n: (known?.n ?? 0) + 1,
    at: d.now,
    version: row.version,
    definition: row.definition,
    bundle: row.bundle,
    tableOffset,
    datasetPositions: definition.datasets === null ? [] : d.datasetPositions(),
  })
  const dag = d.column.dags.get(definition.dagId)
  if (!dag) return
  replan(d, dag)
  d.toStart.add(dag) // maxActiveRuns may have grown, an earlier fire time may be due
}

export const removeDag = (d: Deciding, dagId: string, tableOffset: number): void => {
  const dag = d.column.dags.get(dagId)
  if (!dag || dag.removed || dag.tableOffset >= tableOffset) return
  d.emit({ type: 'DagRemoved', dagId, n: dag.n + 1, at: d.now, tableOffset })
}
