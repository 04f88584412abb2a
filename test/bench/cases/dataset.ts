/**
 * Ten events a second from a program of its own, through the real broker, to the first line of the consumer DAG's task: each event makes one run, whose
 * task says when it began. The hops are told by the run's events: sent -> decided -> read back from the journal -> the task's first line.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Installation } from '../installation.ts'
import type { Observer } from '../observer.ts'
import { quantile, type Result } from '../results.ts'
import { unpauseDag } from './runs.ts'

const perSecond = 10
const warmUp = 50
const dagId = 'on_event'
export const datasetUri = 'bench://orders'

interface Told {
  readonly i: number
  readonly sentAt: number
  readonly begunAt: number
}

/** What the tasks of the DAG said so far, with the moments of their runs. */
const toldBy = (observer: Observer): readonly (Told & { readonly decidedAt: number; readonly readAt: number })[] => {
  const queued = new Map<string, { readonly at: number; readonly readAt: number }>()
  for (const event of observer.tasks) if (event.dagId === dagId && event.state === 'queued') queued.set(event.runId, { at: event.at, readAt: event.readAt })
  return observer.tasks.flatMap((event) => {
    const moments = queued.get(event.runId)
    const [xcom] = event.xcoms
    return event.dagId === dagId && event.state === 'success' && xcom && moments
      ? [{ ...(JSON.parse(xcom.value) as Told), decidedAt: moments.at, readAt: moments.readAt }]
      : []
  })
}

export const benchDataset = async (installation: Installation, observer: Observer, count: number, say: (text: string) => void): Promise<Result> => {
  await unpauseDag(installation, dagId)
  const tell = (events: number): Promise<unknown> =>
    promisify(execFile)(process.execPath, [
      'test/bench/outside/tell-dataset.mjs',
      ...[installation.brokers, `${installation.topicPrefix}dataset-events`, datasetUri, String(events), String(perSecond)],
    ])
  const until = async (wanted: number): Promise<void> => {
    while (toldBy(observer).length < wanted) await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await tell(warmUp)
  await until(warmUp)
  observer.tasks.length = 0
  await tell(count)
  await until(count)
  const told = [...toldBy(observer)].sort((a, b) => a.i - b.i)
  const latencies = told.map(({ sentAt, begunAt }) => begunAt - sentAt)
  const hop = (from: 'sentAt' | 'decidedAt' | 'readAt', to: 'decidedAt' | 'readAt' | 'begunAt', share: number) =>
    quantile(
      told.map((one) => one[to] - one[from]),
      share,
    )
  const hops = [
    ['sent -> decided', 'sentAt', 'decidedAt'],
    ['decided -> read from the journal', 'decidedAt', 'readAt'],
    ["read -> the task's first line", 'readAt', 'begunAt'],
  ] as const
  for (const [name, from, to] of hops) say(`  ${name.padEnd(34)} p50 ${hop(from, to, 0.5).toFixed(1)} ms, p95 ${hop(from, to, 0.95).toFixed(1)} ms`)
  return {
    bench: 'dataset',
    figures: {
      p50Ms: quantile(latencies, 0.5),
      p95Ms: quantile(latencies, 0.95),
      maxMs: Math.max(...latencies),
      sentToDecidedP50Ms: hop('sentAt', 'decidedAt', 0.5),
      decidedToReadP50Ms: hop('decidedAt', 'readAt', 0.5),
      readToBegunP50Ms: hop('readAt', 'begunAt', 0.5),
    },
    runs: latencies.slice(0, 20).map(Math.round),
  }
}
