/**
 * A year of daily runs made up for, five tasks each, 16 runs at a time, while a scheduled DAG goes on every three seconds: how long the year takes, and
 * how late the scheduled runs start beside it (from the moment they are due to their first task running).
 */
import type { Installation } from '../installation.ts'
import type { Observer } from '../observer.ts'
import { median, quantile, type Result } from '../results.ts'
import { unpauseDag } from './runs.ts'

interface Backfill {
  readonly id: string
  readonly state: string
  readonly progress: { readonly total: number; readonly queued: number; readonly running: number; readonly success: number; readonly failed: number }
}

const days = 365
const lookMs = 1000
const dayMs = 86_400_000
const from = Date.parse('2025-01-01T00:00:00Z')

const request = async <T>(installation: Installation, method: string, path: string, body?: object): Promise<T> => {
  const init = body ? { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : { method }
  const response = await fetch(`${installation.url}/api/v2${path}`, init)
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Of each scheduled run of the DAG so far: from the moment it was due to its first task running, ms. */
const lateness = (observer: Observer, dagId: string): readonly number[] => {
  const started = new Map<string, number>()
  for (const event of observer.tasks) {
    if (event.dagId !== dagId || event.state !== 'running' || !event.runId.startsWith('scheduled__')) continue
    started.set(event.runId, Math.min(event.at, started.get(event.runId) ?? Number.POSITIVE_INFINITY))
  }
  return [...started].map(([runId, at]) => at - Date.parse(runId.slice('scheduled__'.length))).sort((a, b) => a - b)
}

export const benchBackfill = async (installation: Installation, observer: Observer, say: (text: string) => void): Promise<Result> => {
  await unpauseDag(installation, 'ticker')
  await unpauseDag(installation, 'yearly')
  while (lateness(observer, 'ticker').length < 5) await new Promise((resolve) => setTimeout(resolve, lookMs)) // how late they are without a backfill
  const quiet = lateness(observer, 'ticker')
  const before = new Set(observer.tasks.filter(({ dagId }) => dagId === 'ticker').map(({ runId }) => runId))
  const since = performance.now()
  const body = { dag_id: 'yearly', from_date: new Date(from).toISOString(), to_date: new Date(from + (days - 1) * dayMs).toISOString(), max_active_runs: 16 }
  let backfill = await request<Backfill>(installation, 'POST', '/backfills', body)
  while (backfill.state !== 'finished' && backfill.state !== 'cancelled') {
    await new Promise((resolve) => setTimeout(resolve, lookMs))
    backfill = await request<Backfill>(installation, 'GET', `/backfills/${backfill.id}`)
    const { success, failed, running, total } = backfill.progress
    say(`  ${((performance.now() - since) / 1000).toFixed(0).padStart(4)} s: ${success} of ${total} done, ${running} running, ${failed} failed`)
  }
  const seconds = (performance.now() - since) / 1000
  if (backfill.progress.success !== days) throw new Error(`the backfill ended as ${JSON.stringify(backfill)}`)
  observer.tasks.splice(0, observer.tasks.length, ...observer.tasks.filter(({ runId }) => !before.has(runId)))
  const late = lateness(observer, 'ticker')
  say(`  the scheduled DAG started ${late.length} runs meanwhile; before, its runs were late by ${median(quiet).toFixed(0)} ms (median)`)
  return {
    bench: 'backfill',
    figures: {
      seconds,
      tasksPerSecond: (days * 5) / seconds,
      lateP50Ms: quantile(late, 0.5),
      lateP95Ms: quantile(late, 0.95),
      lateMaxMs: late.at(-1) ?? Number.NaN,
      quietLateP50Ms: median(quiet),
    },
    runs: late.map(Math.round),
  }
}
