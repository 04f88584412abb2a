/**
 * The only list of topics. `prefix + name` is the topic on the broker; `values` are the Avro records it carries (first = `<topic>-value`
 * subject, others `<topic>-<record>`). The first migration step creates them from here and refuses an existing topic that differs.
 */
import type { RecordName } from './generated/records.ts'

/** How old records leave: `compact` keeps the last of each key, `delete` goes by age, `owner` is never deleted by the broker (PROTOCOL: the column's owner deletes). */
export type Cleanup = 'compact' | 'delete' | 'owner'

export interface TopicSpec {
  /** Number, or `columns`: as many as the installation has columns (12 by default, fixed at creation). */
  readonly partitions: number | 'columns'
  readonly cleanup: Cleanup
  /** Only with `cleanup: 'delete'`. */
  readonly retentionMs?: number
  /** Empty: the value is raw bytes (another system's own). */
  readonly values: readonly RecordName[]
  readonly compatibility: 'FULL_TRANSITIVE' | 'BACKWARD_TRANSITIVE'
  /** Other systems read or write it: its schema is a promise. */
  readonly public: boolean
}

const dayMs = 86_400_000

export const topics = {
  dags: { partitions: 1, cleanup: 'compact', values: ['DagVersion', 'ImportError'], compatibility: 'FULL_TRANSITIVE', public: true },
  bundles: { partitions: 1, cleanup: 'compact', values: ['BundlePiece'], compatibility: 'BACKWARD_TRANSITIVE', public: false },
  settings: { partitions: 1, cleanup: 'compact', values: ['Setting'], compatibility: 'BACKWARD_TRANSITIVE', public: false },
  commands: { partitions: 'columns', cleanup: 'owner', values: ['Command'], compatibility: 'FULL_TRANSITIVE', public: true },
  reports: { partitions: 'columns', cleanup: 'owner', values: ['Report'], compatibility: 'BACKWARD_TRANSITIVE', public: false },
  journal: { partitions: 'columns', cleanup: 'owner', values: ['Decision'], compatibility: 'BACKWARD_TRANSITIVE', public: false },
  checkpoints: {
    partitions: 'columns',
    cleanup: 'compact',
    values: ['CheckpointPiece', 'CheckpointManifest'],
    compatibility: 'BACKWARD_TRANSITIVE',
    public: false,
  },
  archive: { partitions: 'columns', cleanup: 'compact', values: ['ArchivedRun'], compatibility: 'BACKWARD_TRANSITIVE', public: false },
  leadership: { partitions: 1, cleanup: 'delete', retentionMs: 7 * dayMs, values: ['LeaderClaim'], compatibility: 'BACKWARD_TRANSITIVE', public: false },
  inbox: { partitions: 64, cleanup: 'delete', retentionMs: dayMs, values: ['InboxCommand'], compatibility: 'BACKWARD_TRANSITIVE', public: false },
  heartbeats: { partitions: 1, cleanup: 'delete', retentionMs: dayMs, values: ['Heartbeat'], compatibility: 'BACKWARD_TRANSITIVE', public: false },
  'task-events': { partitions: 'columns', cleanup: 'delete', retentionMs: 90 * dayMs, values: ['TaskEvent'], compatibility: 'FULL_TRANSITIVE', public: true },
  'run-events': { partitions: 'columns', cleanup: 'delete', retentionMs: 90 * dayMs, values: ['RunEvent'], compatibility: 'FULL_TRANSITIVE', public: true },
  'dataset-events': { partitions: 6, cleanup: 'delete', retentionMs: 90 * dayMs, values: ['DatasetEvent'], compatibility: 'FULL_TRANSITIVE', public: true },
  'task-logs': { partitions: 6, cleanup: 'delete', retentionMs: 7 * dayMs, values: ['LogChunk'], compatibility: 'FULL_TRANSITIVE', public: true },
  'dead-letters': { partitions: 1, cleanup: 'delete', retentionMs: 30 * dayMs, values: ['DeadLetter'], compatibility: 'FULL_TRANSITIVE', public: true },
} as const satisfies Record<string, TopicSpec>

export type TopicName = keyof typeof topics

/** `max.message.bytes` of every topic: a batch, as the broker keeps it. */
export const maxMessageBytes = 1_200_000

/** Topics whose partition p belongs to column p and has one owner. */
export const columnTopics = ['commands', 'reports', 'journal', 'checkpoints'] as const satisfies readonly TopicName[]

/** Partition of `inbox` that a worker incarnation reads: FNV-1a of its id modulo the partition count (DESIGN 1: "hash(id) mod 64"). */
export const inboxPartition = (incarnation: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < incarnation.length; i++) hash = Math.imul(hash ^ incarnation.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % topics.inbox.partitions
}
