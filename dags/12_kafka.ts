// 12 · A topic as a source of runs.
//
//   sell ─> order_placed (topic example_orders) ─> big_orders: one run for each big order
//                                              └─> daily_sum reads the rest as a batch
//
// A watch makes a dataset of the messages of any Kafka topic: each message that the filter lets through is one event of the dataset, exactly once,
// whatever is restarted meanwhile. The topic lies on the brokers that Millrace itself runs on; another cluster is a connection of kind kafka.
import { chain, dag, dataset, kafkaConsume, kafkaProduce, task, watch } from 'millrace'

interface Order {
  readonly id: number
  readonly amount: number
}

const topic = 'example_orders'
const bigOrders = dataset(
  'kafka://example_orders/big',
  watch<Order>({ topic, filter: ({ value }) => value.amount >= 100, extra: ({ value }) => ({ id: value.id, amount: value.amount }) }),
)

export const sell = dag('kafka_sell', { description: 'Sends five orders to a topic', tags: ['example'] }, () => {
  const orders = [20, 150, 80, 99, 300].map((amount, id): Order => ({ id, amount }))
  chain(
    kafkaProduce('order_placed', { topic, createPartitions: 3, messages: () => orders.map((order) => ({ key: String(order.id), value: order })) }),
    kafkaConsume('sum', {
      topic,
      group: 'example_sums',
      maxMessages: orders.length,
      within: '10s',
      apply: (messages: readonly { value: Order }[]) => messages.reduce((sum, { value }) => sum + value.amount, 0),
    }),
  )
})

export const handle = dag(
  'kafka_big_orders',
  { description: 'A run for each big order', schedule: bigOrders, events: 'each', keepRuns: 1000, tags: ['example'] },
  () => {
    task('handle', ({ triggeringDatasetEvents, log }) => {
      const order = triggeringDatasetEvents[bigOrders.uri]?.[0]?.extra
      log.info('a big order:', order)
      return order
    })
  },
)
