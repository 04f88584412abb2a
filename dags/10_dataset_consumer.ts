/**
 * 10 · Datasets: who waits for them.
 *
 *   dataset_producer ··> users.txt and orders.txt ··> read
 *
 * Instead of a time, this DAG waits for both files to be updated. What came once is taken once: however often one of them is updated meanwhile, the
 * next run takes all that waits. `events: 'each'` would make a run for each, `any(users, orders)` would wait for one of them, and
 * `{ datasets: all(users, orders), cron: '@daily' }` would run every day as well.
 */
import { readFileSync } from 'node:fs'
import { all, bash, chain, dag, dataset, task } from 'millrace'

const users = dataset('file:///tmp/millrace/users.txt')
const orders = dataset('file:///tmp/millrace/orders.txt')

export default dag(
  'dataset_consumer',
  { description: 'Reads two files when both were updated', schedule: all(users, orders), tags: ['example'], defaultArgs: { owner: 'examples' } },
  () => {
    const read = task('read', { inlets: [users, orders] }, ({ triggeringDatasetEvents, log }) => {
      const updates = Object.values(triggeringDatasetEvents).flat()
      for (const { uri, extra, sourceDagId } of updates) log.info(`${uri} was updated by ${sourceDagId ?? 'somebody'}: ${JSON.stringify(extra)}`)
      return [users, orders].map(({ uri }) => readFileSync(new URL(uri), 'utf8'))
    })
    const count = bash('count', 'echo \'{{ triggering_dataset_events | length }} datasets, {{ ti.xcom_pull(task_ids="read") | length }} files\'')
    chain(read, count)
  },
)
