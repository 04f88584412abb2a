/** What Postgres shows, in the words of the fold. */
import pg from 'pg'

export interface Projected {
  readonly runs: ReadonlyMap<string, string>
  readonly instances: ReadonlyMap<string, string>
  readonly tries: ReadonlyMap<string, string>
}

export const readProjected = async (databaseUrl: string): Promise<Projected> => {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const read = async (statement: string): Promise<Map<string, string>> => {
    const { rows } = await client.query<{ key: string; value: string }>(statement)
    return new Map(rows.map(({ key, value }) => [key, value]))
  }
  try {
    return {
      runs: await read(`select dag_id || '/' || run_id as key, state || ' n ' || n || ' version ' || version as value from projection.dag_run`),
      instances: await read(
        `select concat_ws('/', dag_id, run_id, task_id, map_index) as key, state || ' try ' || try_number || ' n ' || n as value
         from projection.task_instance`,
      ),
      tries: await read(
        `select concat_ws('/', dag_id, run_id, task_id, map_index) || ' try ' || try_number as key, state || ' n ' || n as value from projection.task_try`,
      ),
    }
  } finally {
    await client.end()
  }
}
