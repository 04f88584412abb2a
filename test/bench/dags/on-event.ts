import { dag, dataset, task } from 'millrace'

/** One run for each event of another program: `dataset`. Its task says when it began. */
export const onEvent = dag('on_event', { schedule: dataset('bench://orders'), events: 'each', maxActiveRuns: 1000, keepRuns: 1000 }, () => {
  task('take', async ({ triggeringDatasetEvents }) => {
    const begunAt = performance.timeOrigin + performance.now()
    return { ...triggeringDatasetEvents['bench://orders']?.[0]?.extra, begunAt }
  })
})
