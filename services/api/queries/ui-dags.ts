import { sql } from '#kysely'
import type { DagsQuery } from '../../../schemas/http/dags.ts'
import { type DagRow, runsInRow } from '../../../schemas/http/ui-dags.ts'
import { dagAnswer, listDags } from './dags.ts'
import { barAnswer } from './runs.ts'
import type { DagRunTable, Db } from './tables.ts'

/** DAGs with their last runs: two statements whatever the number of rows. */
export const listDagRows = async (db: Db, query: DagsQuery): Promise<{ readonly rows: DagRow[]; readonly total_entries: number }> => {
  const { rows, total } = await listDags(db, query)
  const runs = await lastRuns(
    db,
    rows.map((row) => row.dag_id),
  )
  return {
    rows: rows.map((row) => ({ dag: dagAnswer(row), event_number: row.n, latest_dag_runs: (runs.get(row.dag_id) ?? []).map(barAnswer) })),
    total_entries: total,
  }
}

const lastRuns = async (db: Db, dagIds: readonly string[]): Promise<ReadonlyMap<string, readonly DagRunTable[]>> => {
  if (dagIds.length === 0) return new Map()
  const { rows } = await sql<DagRunTable>`SELECT r.* FROM unnest(${dagIds}::text[]) AS d(dag_id)
CROSS JOIN LATERAL (SELECT * FROM projection.dag_run r WHERE r.dag_id = d.dag_id ORDER BY r.run_after DESC, r.run_id DESC LIMIT ${sql.lit(runsInRow)}) r`.execute(
    db,
  )
  const byDag = new Map<string, DagRunTable[]>()
  for (const row of rows) {
    const runs = byDag.get(row.dag_id)
    if (runs) runs.push(row)
    else byDag.set(row.dag_id, [row])
  }
  return byDag
}
