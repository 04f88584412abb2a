/** Events of the journal with the fields that tests do not care for filled in. */
import type { JournalEvent } from '../../services/platform/bus/journal.ts'

type EventOf<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>
type Given<T extends JournalEvent['type'], Needed extends keyof EventOf<T>> = Pick<EventOf<T>, Needed> & Partial<EventOf<T>>

export const t0 = Date.parse('2024-03-01T00:00:00Z')

/** A DAG of function tasks, each downstream of the one before. */
export const chainDefinition = (dagId: string, taskIds: readonly string[], more: Record<string, unknown> = {}): string =>
  JSON.stringify({ dagId, ...more, tasks: taskIds.map((taskId, i) => ({ taskId, operator: 'function', upstream: i === 0 ? [] : [taskIds[i - 1]] })) })

export const dagAdopted = (given: Given<'DagAdopted', 'dagId' | 'n' | 'definition'>): EventOf<'DagAdopted'> => ({
  type: 'DagAdopted',
  at: t0,
  version: 'v1',
  bundle: null,
  tableOffset: 0,
  datasetPositions: [],
  ...given,
})

export const runCreated = (given: Given<'RunCreated', 'dagId' | 'runId'>): EventOf<'RunCreated'> => ({
  type: 'RunCreated',
  n: 1,
  at: t0,
  version: 'v1',
  runType: 'manual',
  logicalDate: t0,
  dataIntervalStart: t0 - 86_400_000,
  dataIntervalEnd: t0,
  runAfter: t0,
  conf: '{"a":1}',
  triggeredBy: 'tester',
  note: null,
  backfillId: null,
  datasetEvents: [],
  ...given,
})

export const runState = (given: Given<'RunStateChanged', 'dagId' | 'runId' | 'n' | 'state'>): EventOf<'RunStateChanged'> => ({
  type: 'RunStateChanged',
  at: t0 + given.n * 1000,
  reason: null,
  backfillId: null,
  ...given,
})

export const taskState = (given: Given<'TaskStateChanged', 'dagId' | 'runId' | 'taskId' | 'n' | 'state'>): EventOf<'TaskStateChanged'> => ({
  type: 'TaskStateChanged',
  mapIndex: -1,
  at: t0 + given.n * 1000,
  tryNumber: 1,
  token: null,
  dueAt: null,
  infraTries: 0,
  reason: null,
  error: null,
  worker: null,
  hostname: null,
  pid: null,
  rendered: null,
  xcoms: [],
  chosen: null,
  resultLength: null,
  trigger: null,
  resume: null,
  outlets: [],
  ...given,
})

export const backfillCreated = (given: Given<'BackfillCreated', 'dagId' | 'backfillId' | 'n'>): EventOf<'BackfillCreated'> => ({
  type: 'BackfillCreated',
  at: t0,
  fromDate: t0,
  toDate: t0 + 86_400_000,
  reprocess: 'none',
  maxActiveRuns: 10,
  newestFirst: false,
  conf: '{}',
  principal: 'tester',
  windows: [0, 1].map((day) => {
    const logicalDate = t0 + day * 86_400_000
    return { logicalDate, dataIntervalStart: logicalDate, dataIntervalEnd: logicalDate + 86_400_000, runAfter: logicalDate + 86_400_000 }
  }),
  ...given,
})

export const commandAnswered = (given: Given<'CommandAnswered', 'dagId' | 'commandId' | 'n'>): EventOf<'CommandAnswered'> => ({
  type: 'CommandAnswered',
  at: t0,
  accepted: true,
  code: null,
  message: null,
  runId: null,
  result: null,
  ...given,
})
