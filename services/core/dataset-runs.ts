/**
 * Runs that dataset events make (SEMANTICS 6): an event waits for each DAG that its dataset is named by; a DAG is due when its condition holds over
 * what waits, and a run takes the oldest of it. What maxActiveRuns or a pause holds back goes on waiting, so nothing is lost and nothing taken twice.
 */
import type { Dag } from './column-state.ts'
import type { DagDefinition, DatasetCondition } from './dag.ts'
import { type Arrivals, cameBefore, cursorsBehind, oldestOf, type WaitingEvent } from './dataset-arrivals.ts'
import { holds } from './dataset-condition.ts'
import type { Deciding } from './decide.ts'
import type { Input } from './events.ts'
import { runIdOf } from './schedule/run-id.ts'

/** One run takes no more, however many wait: what it took has to fit a record, and the context of its tasks. */
const maxEventsOfRun = 1000
const maxCharsOfRun = 250_000

/** Beyond these the oldest are let go of, and that is told. A DAG that skips what came while it was paused need not keep it. */
const maxWaiting = 250_000
const maxWaitingToSkip = 1000

/** Looked up by its dataset: what others wait for costs nothing. */
export const decideDatasetEvent = (d: Deciding, { event, partition, offset, source, number }: Extract<Input, { kind: 'dataset_event' }>): void => {
  const { uri, id, extra, at: eventAt, sourceDagId, sourceRunId, sourceTaskId, sourceMapIndex, producer } = event
  for (const dag of d.column.consumers.get(uri) ?? []) {
    if (cameBefore(dag.arrivals, { uri, id, source, number, partition, offset })) continue
    makeRoom(d, dag)
    const from = { sourceDagId, sourceRunId, sourceTaskId, sourceMapIndex, producer }
    d.emit({
      type: 'DatasetEventArrived',
      ...{ dagId: dag.dagId, at: d.now, arrival: dag.arrivals.next, uri, id, extra, eventAt, partition, offset, source, number },
      ...from,
    })
    if (!dag.paused) d.toStart.add(dag)
  }
}

const newest = (dag: Dag): DagDefinition | undefined => dag.versions.get(dag.version)?.definition

const makeRoom = (d: Deciding, dag: Dag): void => {
  const limit = dag.paused && newest(dag)?.onUnpause !== 'consume' ? maxWaitingToSkip : maxWaiting
  const oldest = dag.arrivals.waits < limit ? null : oldestOf(dag.arrivals)
  if (oldest) skip(d, dag, oldest.arrival + limit / 10, 'limit')
}

/** A DAG that is unpaused lets go of what came meanwhile, unless it says otherwise. */
export const skipWhatWaited = (d: Deciding, dag: Dag): void => {
  if (dag.arrivals.waits > 0 && newest(dag)?.onUnpause !== 'consume') skip(d, dag, dag.arrivals.next - 1, 'unpaused')
}

const skip = (d: Deciding, dag: Dag, through: number, reason: 'unpaused' | 'limit'): void =>
  d.emit({
    type: 'DatasetEventsSkipped',
    dagId: dag.dagId,
    n: dag.n + 1,
    at: d.now,
    through,
    reason,
    cursors: JSON.stringify(cursorsBehind(dag.arrivals, through)),
  })

/** Makes the runs that are due, within `maxActive`; `start` starts each as it is made. */
export const makeDatasetRuns = (d: Deciding, dag: Dag, maxActive: number, start: () => void): void => {
  if (dag.paused || dag.removed) return
  for (; dag.running + dag.queued.size < maxActive; d.runsLeft--) {
    const taken = dueEvents(dag, d.now)
    const last = taken?.at(-1)
    if (!taken || !last) return
    if (d.runsLeft <= 0) {
      // What one decision does not make is due at once: the next one goes on with it, and others come in between.
      d.column.timers.push({ at: d.now, dagId: dag.dagId, runId: '', key: '' })
      return
    }
    d.emit({
      type: 'RunCreated',
      dagId: dag.dagId,
      runId: runIdOf('dataset_triggered', d.now, `${last.partition}-${last.offset}-0`),
      n: 1,
      at: d.now,
      version: dag.version,
      runType: 'dataset_triggered',
      logicalDate: null,
      dataIntervalStart: null,
      dataIntervalEnd: null,
      runAfter: d.now,
      conf: '{}',
      triggeredBy: 'dataset',
      note: null,
      backfillId: null,
      datasetEvents: taken.map(({ uri, id, partition, offset }) => ({ uri, id, partition, offset })),
    })
    start()
  }
}

/** What the next run takes, oldest first; null: the DAG is not due. */
const dueEvents = (dag: Dag, now: number): readonly WaitingEvent[] | null => {
  const definition = newest(dag)
  const condition = definition?.datasets ?? null
  const { arrivals } = dag
  if (!definition || condition === null || arrivals.waits === 0) return null
  if (!holds(condition, (uri) => arrivals.waiting.has(uri))) return null
  const mode = definition.datasetEvents
  if ('withinMs' in mode && windowEnd(arrivals, mode.withinMs) > now) return null
  const least = leastOf(condition, arrivals) ?? []
  if ('mode' in mode && mode.mode === 'each') return inOrder(least)
  return fillUp(arrivals, least, 'max' in mode ? Math.min(mode.max, maxEventsOfRun) : maxEventsOfRun)
}

/** When the time window closes that the oldest of what waits has opened. */
export const windowEnd = (arrivals: Arrivals, withinMs: number): number => (oldestOf(arrivals)?.arrivedAt ?? 0) + withinMs

const inOrder = (events: Iterable<WaitingEvent>): readonly WaitingEvent[] => [...events].sort((a, b) => a.arrival - b.arrival)

/** The fewest events that the condition needs: the oldest of each dataset; of `any`, the one (or the part) that has waited longest. */
const leastOf = (condition: DatasetCondition, arrivals: Arrivals): ReadonlySet<WaitingEvent> | null => {
  if ('uri' in condition) {
    const first = arrivals.waiting.get(condition.uri)?.peek()
    return first ? new Set([first]) : null
  }
  const parts = ('all' in condition ? condition.all : condition.any).map((part) => leastOf(part, arrivals))
  if ('all' in condition) return parts.includes(null) ? null : new Set(parts.flatMap((part) => [...(part ?? [])]))
  const since = (part: ReadonlySet<WaitingEvent>): number => Math.min(...[...part].map(({ arrival }) => arrival))
  return parts
    .filter((part) => part !== null)
    .reduce<ReadonlySet<WaitingEvent> | null>((best, part) => (best && since(best) <= since(part) ? best : part), null)
}

/** The least, and beside it the oldest of what waits, of whatever dataset of the condition. */
const fillUp = (arrivals: Arrivals, least: Iterable<WaitingEvent>, limit: number): readonly WaitingEvent[] => {
  const taken = new Set(least)
  let chars = 0
  for (const event of taken) chars += charsOf(event)
  const queues = [...arrivals.waiting.values()].map((queue) => {
    const events = queue[Symbol.iterator]()
    return { events, first: events.next() }
  })
  for (;;) {
    let best: (typeof queues)[number] | null = null
    for (const queue of queues) if (!queue.first.done && (best === null || queue.first.value.arrival < best.first.value.arrival)) best = queue
    if (best === null || best.first.done) break
    const event: WaitingEvent = best.first.value
    if (!taken.has(event)) {
      chars += charsOf(event)
      if (taken.size >= limit || chars > maxCharsOfRun) break
      taken.add(event)
    }
    best.first = best.events.next()
  }
  return inOrder(taken)
}

const charsOf = ({ uri, id, extra, sourceDagId, sourceRunId, sourceTaskId }: WaitingEvent): number =>
  100 + 2 * (uri.length + id.length) + extra.length + (sourceDagId?.length ?? 0) + (sourceRunId?.length ?? 0) + (sourceTaskId?.length ?? 0)
