import type { Session } from '../../../platform/store/session.ts'

export type ForgottenTable = 'dag_run' | 'dataset_run' | 'task_instance' | 'task_try' | 'xcom'

/** Deletes the rows of runs whose history was dropped; a key is `dag_id/run_id`, and no DAG id holds a slash. */
export const forgetRows = async (session: Session, tables: readonly ForgottenTable[], keys: readonly string[]): Promise<void> => {
  if (keys.length === 0) return
  const dagIds = keys.map((key) => key.slice(0, key.indexOf('/')))
  const runIds = keys.map((key) => key.slice(key.indexOf('/') + 1))
  for (const table of tables) {
    await session.query({
      name: `forget ${table}`,
      text: `DELETE FROM projection.${table} t USING unnest($1::text[], $2::text[]) AS k(dag_id, run_id) WHERE t.dag_id = k.dag_id AND t.run_id = k.run_id`,
      values: [dagIds, runIds],
    })
  }
}
