/**
 * 03 · Side by side, and on the right machine.
 *
 *   extract_a ─> load_a ─┐
 *                        ├─> transform   (queue high_cpu)
 *   extract_b ─> load_b ─┘
 *
 * Both branches run at the same time, as far as workers have room. A queue names a class of workers: transform waits for one that serves `high_cpu`,
 * such as this one, on this machine or on any other that reaches Kafka:
 *
 *   millrace worker --queues high_cpu --slots 4
 */
import { bash, chain, dag } from 'millrace'

export default dag(
  'parallel_dag',
  {
    description: 'Two branches at the same time, then one task on workers of its own',
    schedule: '@daily',
    startDate: '2024-01-01',
    catchup: false,
    tags: ['example'],
    defaultArgs: { owner: 'examples', retries: 1, retryDelay: '10s' },
  },
  () => {
    const extractA = bash('extract_a', 'sleep 1 && echo "a for {{ ds }}"')
    const extractB = bash('extract_b', 'sleep 1 && echo "b for {{ ds }}"')

    // The last line that a command prints is its result, for any task behind it to pull.
    const loadA = bash('load_a', `sleep 1 && echo "loaded {{ ti.xcom_pull(task_ids='extract_a') }}"`)
    const loadB = bash('load_b', `sleep 1 && echo "loaded {{ ti.xcom_pull(task_ids='extract_b') }}"`)

    const transform = bash('transform', 'echo "transforming what both left, on $(hostname)" && sleep 1', { queue: 'high_cpu' })

    chain([extractA, extractB], [loadA, loadB], transform)
  },
)
