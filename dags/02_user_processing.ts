/**
 * 02 · From an HTTP API into a table.
 *
 *   create_table ─> is_api_available ─> extract_user ─> process_user ─> store_user
 *
 * Where the API and the database are, is not written here: tasks name a connection by its id, and the workers' environment says the rest.
 *
 *   MILLRACE_CONN_USER_API=http://127.0.0.1:18090                          (npm start serves a small one)
 *   MILLRACE_CONN_POSTGRES=postgres://user:password@host:5432/warehouse
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chain, dag, dataset, http, httpSensor, PostgresHook, postgres, skip, task } from 'millrace'

/** One record of the API, as far as we care. */
interface User {
  name: { first: string; last: string }
  location: { country: string }
  login: { username: string; password: string }
  email: string
}

/** Whoever waits for this dataset starts as soon as store_user has succeeded. */
const users = dataset('postgres://warehouse/users')

/** A value between commas: quoted, with its own quotes doubled. */
const csvLine = (values: string[]): string => values.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')

export default dag(
  'user_processing',
  {
    description: 'Fetches users from an API and stores them in Postgres',
    schedule: '@daily',
    startDate: '2024-01-01',
    catchup: false,
    tags: ['example', 'postgres', 'http'],
    defaultArgs: { owner: 'examples', retries: 3, retryDelay: '5s' },
  },
  () => {
    const createTable = postgres('create_table', {
      postgresConnId: 'postgres',
      sql: `
        CREATE TABLE IF NOT EXISTS users (
          run_id    text NOT NULL,
          firstname text NOT NULL,
          lastname  text NOT NULL,
          country   text NOT NULL,
          username  text NOT NULL,
          password  text NOT NULL,
          email     text NOT NULL,
          PRIMARY KEY (run_id, username)
        )`,
    })

    // A sensor waits. In mode 'reschedule' it gives its place on the worker back between two looks.
    const isApiAvailable = httpSensor('is_api_available', {
      httpConnId: 'user_api',
      endpoint: 'api/',
      mode: 'reschedule',
      pokeInterval: '5s',
      timeout: '5m',
    })

    // What responseFilter returns is the task's result: its XCom, in Airflow's words. logResponse writes the answer into the task's log.
    const extractUser = http('extract_user', {
      httpConnId: 'user_api',
      endpoint: 'api/',
      method: 'GET',
      logResponse: true,
      responseFilter: (response) => response.json<{ results: User[] }>().results,
    })

    // `inputs` are results of other tasks, with their types: `found` is User[]. Naming one also puts this task behind it.
    // The file's name comes from the run, so a second try writes the same file again instead of another one beside it.
    // (Workers on several machines need a folder that all of them reach, or an object store.)
    const processUser = task('process_user', { inputs: { found: extractUser } }, async ({ inputs, run, log }) => {
      if (inputs.found.length === 0) skip('the API has no users today')
      const lines = inputs.found.map(({ name, location, login, email }) =>
        csvLine([run.runId, name.first, name.last, location.country, login.username, login.password, email]),
      )
      const folder = join(tmpdir(), 'millrace-user-processing')
      const file = join(folder, `${run.runId.replaceAll(/[^\w.-]/g, '_')}.csv`)
      await mkdir(folder, { recursive: true })
      await writeFile(file, `${lines.join('\n')}\n`)
      log.info(`${lines.length} users in ${file}`)
      return file
    })

    // Tasks may run more than once: a worker may die right after the last row. So this one takes its own rows away first, and does both in one
    // transaction. However often it runs, the table holds each user of the run once.
    const storeUser = task('store_user', { inputs: { file: processUser }, outlets: [users] }, async ({ inputs, run, log }) => {
      const warehouse = new PostgresHook('postgres')
      const stored = await warehouse.transaction(async (session) => {
        await session.run('DELETE FROM users WHERE run_id = $1', [run.runId])
        return session.copyExpert('COPY users FROM STDIN WITH (FORMAT csv)', inputs.file)
      })
      log.info(`${stored} users stored`)
      return stored
    })

    chain(createTable, isApiAvailable, extractUser, processUser, storeUser)
  },
)
