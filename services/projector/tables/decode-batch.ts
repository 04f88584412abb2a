/** Records -> what the projections take. A record that is no good becomes a dead letter and nothing else. */
import type { DeadLetter, Heartbeat, RunEvent, TaskEvent } from '../../../schemas/generated/records.ts'
import { ensureError, MillraceError } from '../../core/errors.ts'
import { readDatasetEvent } from '../../platform/bus/dataset-event-record.ts'
import type { Incoming, Outgoing } from '../../platform/bus/port.ts'
import { makeDeadLetter } from '../../platform/dead-letters.ts'
import type { Platform } from '../../platform/platform.ts'
import type { DagRecord } from './dags/fold.ts'
import type { PlacedDatasetEvent } from './datasets/fold.ts'
import type { ImportErrorRecord } from './import-errors/write.ts'
import { type ProjectedTopic, projectedTopics } from './projected-topics.ts'

/** Who sends our dead letters. */
export const deadLetterBy = 'projector'

export interface Batch {
  readonly taskEvents: TaskEvent[]
  readonly runEvents: RunEvent[]
  /** Keys of runs whose history was dropped. */
  readonly forgottenRuns: string[]
  /** When each of them was (ms since the epoch). */
  readonly forgottenAt: Map<string, number>
  /** Keys of runs whose task events were dropped. */
  readonly forgottenTasks: string[]
  readonly datasetEvents: PlacedDatasetEvent[]
  readonly dags: DagRecord[]
  readonly importErrors: ImportErrorRecord[]
  readonly heartbeats: Heartbeat[]
  readonly deadLetters: DeadLetter[]
  /** To be sent before the positions pass the records they are about. */
  readonly letters: Outgoing[]
}

const emptyBatch = (): Batch => ({
  taskEvents: [],
  runEvents: [],
  forgottenRuns: [],
  forgottenAt: new Map(),
  forgottenTasks: [],
  datasetEvents: [],
  dags: [],
  importErrors: [],
  heartbeats: [],
  deadLetters: [],
  letters: [],
})

export const decodeBatch = async (platform: Platform, records: readonly Incoming[]): Promise<Batch> => {
  const batch = emptyBatch()
  const nameOf = new Map<string, ProjectedTopic>(projectedTopics.map((name) => [platform.topic(name), name]))
  for (const record of records) {
    const name = nameOf.get(record.topic)
    if (name === undefined) continue
    try {
      add(batch, platform, name, record)
    } catch (thrown) {
      if (!(thrown instanceof MillraceError && thrown.code === 'unknown_schema' && record.value)) {
        batch.letters.push(refused(platform, record, thrown))
        continue
      }
      await platform.codec.learn(record.value)
      try {
        add(batch, platform, name, record)
      } catch (again) {
        batch.letters.push(refused(platform, record, again))
      }
    }
  }
  return batch
}

export const refused = (platform: Platform, record: Incoming, thrown: unknown): Outgoing => {
  platform.log.warn(
    { topic: record.topic, partition: record.partition, offset: record.offset, error: ensureError(thrown).message },
    'a record that cannot be applied goes to dead-letters',
  )
  return makeDeadLetter(platform, record, deadLetterBy, thrown)
}

const add = (batch: Batch, { codec }: Platform, name: ProjectedTopic, record: Incoming): void => {
  const { value } = record
  switch (name) {
    case 'dags':
      return addDag(batch, codec, record)
    case 'task-events':
      if (value) batch.taskEvents.push(codec.decode('TaskEvent', value))
      else if (record.key) forget(batch.taskEvents, batch.forgottenTasks, record.key)
      return
    case 'run-events':
      if (value) batch.runEvents.push(codec.decode('RunEvent', value))
      else if (record.key) {
        forget(batch.runEvents, batch.forgottenRuns, record.key)
        batch.forgottenAt.set(record.key, record.timestamp)
      }
      return
    case 'dataset-events':
      batch.datasetEvents.push({ event: readDatasetEvent(codec, record).event, partition: record.partition, offset: record.offset })
      return
    case 'heartbeats':
      if (value) batch.heartbeats.push(codec.decode('Heartbeat', value))
      return
    case 'dead-letters':
      if (value) batch.deadLetters.push(codec.decode('DeadLetter', value))
      return
    default:
      name satisfies never
  }
}

/** What came before it is not written at all; what comes behind it is another run of that id. */
const forget = (events: { readonly dagId: string; readonly runId: string | null }[], keys: string[], key: string): void => {
  keys.push(key)
  const [dagId, runId] = [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)]
  for (let i = events.length - 1; i >= 0; i--) if (events[i]?.runId === runId && events[i]?.dagId === dagId) events.splice(i, 1)
}

const filePrefix = 'file:'

const addDag = (batch: Batch, codec: Platform['codec'], record: Incoming): void => {
  const key = record.key ?? ''
  if (key.startsWith(filePrefix)) {
    batch.importErrors.push({ fileloc: key.slice(filePrefix.length), value: record.value ? codec.decode('ImportError', record.value) : null })
    return
  }
  const value = record.value ? codec.decode('DagVersion', record.value) : null
  if (value && key !== value.dagId && key !== `${value.dagId}@${value.version}`)
    throw new MillraceError(
      'undecodable',
      `key ${JSON.stringify(key)} names another DAG than its value (${value.dagId}@${value.version}): the key is dag_id or dag_id@version`,
    )
  batch.dags.push({ key, value })
}
