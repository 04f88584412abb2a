/**
 * 04 · An hour at a time, also the hours that are past.
 *
 *   create_table ─┐
 *                 ├─> load
 *   extract ──────┘
 *
 * The DAG covers six hours of a day long gone. With `catchup` there is one run for each of them as soon as the DAG is switched on, oldest first, and
 * each run works on its own hour alone. Nothing here asks what time it is now: that is what lets it run late, again, or for last year.
 */
import { dag, PostgresHook, postgres, task } from 'millrace'

interface Order {
  id: string
  product: string
  cents: number
}

const products = ['apples', 'bread', 'cheese']

/** Stands for the system that the orders come from: it answers the same whenever it is asked about the same hour, as a real one should. */
const ordersBetween = (from: Date, to: Date): Order[] => {
  const orders: Order[] = []
  for (let at = from.getTime(); at < to.getTime(); at += 5 * 60_000) {
    const n = at / 60_000
    orders.push({ id: `order-${n}`, product: products[n % products.length] ?? 'apples', cents: 100 + ((n * 37) % 900) })
  }
  return orders
}

export default dag(
  'hourly_etl',
  {
    description: 'Sums up orders by product, hour by hour, with catch-up',
    schedule: '@hourly',
    // The first run covers 00:00 to 01:00, the last one 05:00 to 06:00.
    startDate: '2024-01-01T00:00:00Z',
    endDate: '2024-01-01T05:00:00Z',
    catchup: true,
    // One hour after the other. The default lets sixteen run at the same time.
    maxActiveRuns: 1,
    tags: ['example', 'postgres'],
    defaultArgs: { owner: 'examples', retries: 2, retryDelay: '5s' },
  },
  () => {
    const createTable = postgres('create_table', {
      postgresConnId: 'postgres',
      sql: `
        CREATE TABLE IF NOT EXISTS hourly_sales (
          hour    timestamptz NOT NULL,
          product text NOT NULL,
          orders  integer NOT NULL,
          cents   bigint NOT NULL,
          PRIMARY KEY (hour, product)
        )`,
    })

    const extract = task('extract', ({ dataIntervalStart, dataIntervalEnd, log }) => {
      const orders = ordersBetween(dataIntervalStart, dataIntervalEnd)
      log.info(`${orders.length} orders from ${dataIntervalStart.toISOString()} to ${dataIntervalEnd.toISOString()}`)
      return orders
    })

    // Delete, then insert, in one transaction: running it twice leaves the same rows as running it once.
    const load = task('load', { inputs: { orders: extract } }, async ({ inputs, dataIntervalStart, log }) => {
      const sales = new Map<string, { orders: number; cents: number }>()
      for (const { product, cents } of inputs.orders) {
        const sum = sales.get(product) ?? { orders: 0, cents: 0 }
        sales.set(product, { orders: sum.orders + 1, cents: sum.cents + cents })
      }
      await new PostgresHook('postgres').transaction(async (session) => {
        await session.run('DELETE FROM hourly_sales WHERE hour = $1', [dataIntervalStart])
        for (const [product, { orders, cents }] of sales)
          await session.run('INSERT INTO hourly_sales (hour, product, orders, cents) VALUES ($1, $2, $3, $4)', [dataIntervalStart, product, orders, cents])
      })
      log.info(`${sales.size} products for the hour of ${dataIntervalStart.toISOString()}`)
    })

    // load is behind extract already, because it takes its orders.
    createTable.before(load)
  },
)
