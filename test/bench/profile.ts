/** Where the time of one task goes, hop by hop, from the events of the journal: means over the tasks of the last run. */
import type { EventOf } from '../../services/core/events.ts'

type Change = EventOf<'TaskStateChanged'>

export const hops = (events: readonly Change[], runIds: ReadonlySet<string>): Readonly<Record<string, number>> => {
  const byTask = new Map<string, Map<string, number>>()
  for (const event of events) {
    if (!runIds.has(event.runId)) continue
    const key = `${event.runId}/${event.taskId}`
    const times = byTask.get(key) ?? new Map<string, number>()
    times.set(event.state, event.at)
    byTask.set(key, times)
  }
  const spans = { 'queued -> running (journal, executor, inbox, child)': [] as number[], 'running -> ended (the task itself)': [] as number[] }
  for (const times of byTask.values()) {
    const queued = times.get('queued')
    const running = times.get('running')
    const ended = times.get('success')
    if (queued !== undefined && running !== undefined) spans['queued -> running (journal, executor, inbox, child)'].push(running - queued)
    if (running !== undefined && ended !== undefined) spans['running -> ended (the task itself)'].push(ended - running)
  }
  return Object.fromEntries(Object.entries(spans).map(([name, values]) => [name, values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)]))
}
