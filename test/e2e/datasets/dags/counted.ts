/** Who counts the updates of two datasets: one that is held up by its own runs, one that needs both, two that are paused at first. */
import { all, any, type Dag, type DagOptions, dag, dataset, empty, task } from 'millrace'

const a = dataset('file:///counted/a')
const b = dataset('file:///counted/b')

const consumer = (dagId: string, options: DagOptions, work: () => unknown): Dag =>
  dag(dagId, { isPausedUponCreation: false, defaultArgs: { maxInfraRetries: 10 }, ...options }, work)

const count = (): unknown => task('count', ({ triggeringDatasetEvents }) => Object.values(triggeringDatasetEvents).flat().length)
const nothing = (): unknown => empty('nothing')

export const counted: readonly Dag[] = [
  consumer('counted_single', { schedule: any(a, b), events: { max: 100 }, maxActiveRuns: 1 }, count),
  consumer('counted_both', { schedule: all(a, b), events: 'each', maxActiveRuns: 64 }, nothing),
  consumer('counted_paused', { schedule: any(a, b), events: { max: 40 }, onUnpause: 'consume', isPausedUponCreation: true }, count),
  consumer('counted_skipping', { schedule: any(a, b), events: 'each', isPausedUponCreation: true }, nothing),
]
