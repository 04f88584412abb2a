/**
 * 07 · Tidy up, whatever happens.
 *
 *   make_folder ─> [prepare: users, orders] ─> [analyse: [checks: counts, sums] ─> report] ─> remove_folder
 *        └──────────────────────────────────────────────────────────────────────────────────────┘
 *
 * A setup makes ready what the tasks behind it need; its teardown runs when the setup succeeded and all between them is over, well or badly. The state
 * of the run is that of the work: a teardown that fails is no reason to load the data again.
 *
 * Groups keep a large graph readable: each is one box that opens, its name stands before the ids in it (`analyse.checks.counts`), and an arrow to or
 * from the group reaches its first or last tasks.
 */
import { bash, chain, dag, empty, group } from 'millrace'

export default dag(
  'groups_setup_teardown',
  {
    description: 'Nested task groups between a setup and its teardown',
    schedule: null,
    tags: ['example'],
    defaultArgs: { owner: 'examples' },
  },
  () => {
    // What it prints last is its result: the folder that the others work in.
    const makeFolder = bash('make_folder', 'mktemp -d')
    const env = { FOLDER: "{{ ti.xcom_pull(task_ids='make_folder') }}" }

    const prepare = group('prepare', { defaultArgs: { retries: 2, retryDelay: '5s' } }, () => {
      bash('users', 'seq 1 5 > "$FOLDER/users"', { env, appendEnv: true })
      bash('orders', 'seq 10 10 50 > "$FOLDER/orders"', { env, appendEnv: true })
    })

    const analyse = group('analyse', { tooltip: 'Reads what was prepared' }, () => {
      const checks = group('checks', () => {
        bash('counts', 'wc -l "$FOLDER"/*', { env, appendEnv: true })
        bash('sums', 'paste -sd+ "$FOLDER/orders"', { env, appendEnv: true })
      })
      chain(checks, empty('report'))
    })

    const removeFolder = bash('remove_folder', 'rm -r "$FOLDER"', { env, appendEnv: true }).asTeardown({ setups: makeFolder })

    chain(makeFolder, prepare, analyse, removeFolder)
  },
)
