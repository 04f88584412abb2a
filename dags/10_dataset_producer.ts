/**
 * 10 · Datasets: who writes them.
 *
 *   update_users ─> update_orders        ··> file:///tmp/millrace/users.txt, orders.txt ··> dataset_consumer
 *
 * A dataset is a name for data: a table, a file, a topic. A task that has one among its outlets says, when it succeeds, that it was updated; DAGs that
 * wait for it run then, a moment later. Any other program may say so as well: `millrace datasets publish <uri>`, REST, or a record on a Kafka topic.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { chain, dag, dataset, task } from 'millrace'

const folder = '/tmp/millrace'
export const users = dataset(`file://${folder}/users.txt`)
export const orders = dataset(`file://${folder}/orders.txt`)

export default dag(
  'dataset_producer',
  { description: 'Writes two files, and says so', schedule: '@daily', startDate: '2024-01-01', tags: ['example'], defaultArgs: { owner: 'examples' } },
  () => {
    const updateUsers = task('update_users', { outlets: [users] }, ({ run, datasetExtra }) => {
      mkdirSync(folder, { recursive: true })
      writeFileSync(`${folder}/users.txt`, `users of ${run.runId}\n`)
      // What is attached here travels with the event, to every run that it makes.
      datasetExtra(users, { rows: 1 })
    })
    const updateOrders = task('update_orders', { outlets: [orders] }, ({ run, datasetExtra }) => {
      writeFileSync(`${folder}/orders.txt`, `orders of ${run.runId}\n`)
      datasetExtra(orders, { rows: 2 })
    })
    chain(updateUsers, updateOrders)
  },
)
