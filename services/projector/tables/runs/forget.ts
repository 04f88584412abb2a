import type { Session } from '../../../platform/store/session.ts'
import type { ForgottenRun } from '../../logs/forget-logs.ts'

export type ForgottenTable = 'dag_run' | 'dataset_run' | 'task_instance' | 'task_try' | 'xcom'

/** Deletes the rows of runs whose history was dropped; a key is `dag_id/run_id`, and no DAG id holds a slash. */
export const forgetRows = async (session: Session, tables: readonly ForgottenTable[], keys: readonly string[]): Promise<void> => {
  if (keys.length === 0) return
  const [dagIds, runIds] = idsOf(keys)
  for (const table of tables) {
    await session.query({
      name: `forget ${table}`,
      text: `DELETE FROM projection.${table} t USING unnest($1::text[], $2::text[]) AS k(dag_id, run_id) WHERE t.dag_id = k.dag_id AND t.run_id = k.run_id`,
      values: [dagIds, runIds],
    })
  }
}

/** Those of the runs that still have a row; by key, when each was forgotten. */
export const readForgotten = async (session: Session, at: ReadonlyMap<string, number>): Promise<readonly ForgottenRun[]> => {
  const rows = await session.query<{ dag_id: string; run_id: string; logical_date: Date | null }>({
    name: 'read forgotten dag_run',
    text: `SELECT t.dag_id, t.run_id, t.logical_date FROM projection.dag_run t JOIN unnest($1::text[], $2::text[]) AS k(dag_id, run_id) ON t.dag_id = k.dag_id AND t.run_id = k.run_id`,
    values: [...idsOf([...at.keys()])],
  })
  return rows.map(({ dag_id: dagId, run_id: runId, logical_date: date }) => ({
    ...{ dagId, runId, logicalDate: date?.getTime() ?? null },
    at: at.get(`${dagId}/${runId}`) ?? 0,
  }))
}

const idsOf = (keys: readonly string[]): readonly [readonly string[], readonly string[]] => [
  keys.map((key) => key.slice(0, key.indexOf('/'))),
  keys.map((key) => key.slice(key.indexOf('/') + 1)),
]
