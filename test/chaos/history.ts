/** The journal from its first record to its end, folded in the plainest way: by events alone, with none of the core's own code. */
import type { EventOf } from '../../services/core/events.ts'
import type { JournalEvent } from '../../services/platform/bus/journal.ts'
import { makeJournalReader } from '../../services/platform/bus/journal.ts'
import { subscribeAndCatchUp } from '../../services/platform/bus/read-to-end.ts'
import type { Platform } from '../../services/platform/platform.ts'

type TaskChange = EventOf<'TaskStateChanged'>

export interface TryHistory {
  readonly queuedAt: number
  /** Every event of the try, in the journal's order. */
  readonly changes: readonly TaskChange[]
}

export interface RunHistory {
  readonly dagId: string
  readonly runId: string
  readonly version: string
  state: string
  reason: string | null
  n: number
}

/** A column was taken, or decided something, at this moment of its owner's clock. */
export interface ColumnMoment {
  readonly column: number
  readonly kind: 'acquired' | 'decided'
  readonly owner: string
  readonly t: number
}

export interface History {
  readonly runs: Map<string, RunHistory>
  /** Newest event of each instance. */
  readonly instances: Map<string, TaskChange>
  /** By instance, then try. */
  readonly tries: Map<string, Map<number, { queuedAt: number; changes: TaskChange[] }>>
  readonly adopted: EventOf<'DagAdopted'>[]
  readonly moments: ColumnMoment[]
}

export const emptyHistory = (): History => ({ runs: new Map(), instances: new Map(), tries: new Map(), adopted: [], moments: [] })

export const runKey = (of: { readonly dagId: string; readonly runId: string }): string => `${of.dagId}/${of.runId}`
export const instanceKey = (of: Pick<TaskChange, 'dagId' | 'runId' | 'taskId' | 'mapIndex'>): string => `${runKey(of)}/${of.taskId}/${of.mapIndex}`

export const readHistory = async (platform: Platform): Promise<History> => {
  const history = emptyHistory()
  const readers = Array.from({ length: platform.columns }, () => makeJournalReader(platform.codec))
  const owners: string[] = []
  const { subscription, caughtUp } = await subscribeAndCatchUp(platform.bus, {
    topics: [platform.topic('journal')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onFailed: (error) => {
      throw error
    },
    onRecords: (records) => {
      for (const record of records) {
        const entry = readers[record.partition]?.read(record)
        if (!entry) continue
        if (entry.kind === 'acquired') owners[record.partition] = entry.owner
        else for (const event of entry.events) foldEvent(history, event)
        const t = entry.kind === 'acquired' ? record.timestamp : entry.at
        history.moments.push({ column: record.partition, kind: entry.kind === 'acquired' ? 'acquired' : 'decided', owner: owners[record.partition] ?? '', t })
      }
    },
  })
  await caughtUp
  await subscription.close()
  return history
}

export const foldEvent = (history: History, event: JournalEvent): void => {
  switch (event.type) {
    case 'DagAdopted':
      history.adopted.push(event)
      return
    case 'RunCreated':
      history.runs.set(runKey(event), { dagId: event.dagId, runId: event.runId, version: event.version, state: 'queued', reason: null, n: event.n })
      return
    case 'RunStateChanged': {
      const run = history.runs.get(runKey(event))
      if (!run) throw new Error(`the journal changes run ${runKey(event)} before it makes it`)
      Object.assign(run, { state: event.state, reason: event.reason, n: event.n })
      return
    }
    case 'TaskStateChanged': {
      const key = instanceKey(event)
      history.instances.set(key, event)
      if (event.tryNumber < 1 || event.state === 'none' || event.state === 'scheduled') return
      const tries = history.tries.get(key) ?? new Map()
      history.tries.set(key, tries)
      const known = tries.get(event.tryNumber)
      if (known) known.changes.push(event)
      else tries.set(event.tryNumber, { queuedAt: event.at, changes: [event] })
      return
    }
    default: // what says nothing of runs and instances
  }
}
