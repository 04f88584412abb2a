/** What the counting test counts: every twentieth message its own run, and all messages in batches. */
import { dag, dataset, task, watch } from 'millrace'

interface Counted {
  readonly n: number
}

// Beside the topics of its installation, so that two of them on one broker do not meet.
const topic = `${process.env.MILLRACE_TOPIC_PREFIX || 'millrace.'}counted`
const options = { isPausedUponCreation: false, maxActiveRuns: 64, defaultArgs: { maxInfraRetries: 10 } }
const each = dataset('kafka://counted/each', watch<Counted>({ topic, filter: ({ value }) => value.n % 20 === 0, extra: ({ value }) => ({ n: value.n }) }))
const batches = dataset('kafka://counted/batches', watch<Counted>({ topic, extra: ({ value }) => ({ n: value.n }), batch: { count: 500, within: '2s' } }))

export const countedEach = dag('counted_each', { ...options, schedule: each, events: 'each' }, () => {
  task('take', ({ triggeringDatasetEvents }) => Object.values(triggeringDatasetEvents).flat().length)
})

export const countedBatches = dag('counted_batches', { ...options, schedule: batches }, () => {
  task('take', ({ triggeringDatasetEvents }) => Object.values(triggeringDatasetEvents).flat().length)
})
