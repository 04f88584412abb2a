/** What a reader of the public feeds has, held against the journal; and what a reader of checkpoint and tail has. */
import type { RunEvent, TaskEvent } from '../../schemas/generated/records.ts'
import { type Column, emptyColumn } from '../../services/core/column-state.ts'
import { fold } from '../../services/core/evolve.ts'
import { canonicalJson } from '../../services/core/normal-json.ts'
import { columnFrom, type Part, partsOf } from '../../services/core/snapshot.ts'
import type { Checkpoint } from '../../services/platform/bus/checkpoint-reader.ts'
import { makeJournalReader } from '../../services/platform/bus/journal.ts'
import type { MemoryBroker } from '../../services/platform/bus/memory/memory-broker.ts'
import type { Incoming } from '../../services/platform/bus/port.ts'
import type { Platform } from '../../services/platform/platform.ts'
import type { Audit } from './audit.ts'

type Told = Map<string, string[]>

const note = (told: Told, key: string, line: string): void => void told.set(key, [...(told.get(key) ?? []), line])

/** Every state of every task and run, by the journal. */
const byJournal = (audit: Audit): Told => {
  const told: Told = new Map()
  for (const entry of audit.entries.flat()) {
    if (entry.kind !== 'decided') continue
    for (const event of entry.events) {
      if (event.type === 'TaskStateChanged') note(told, `task ${event.dagId}/${event.runId}/${event.taskId}`, `${event.n} ${event.state} ${event.tryNumber}`)
      if (event.type === 'RunStateChanged') note(told, `run ${event.dagId}/${event.runId}`, `${event.n} ${event.state}`)
      if (event.type === 'RunCreated') note(told, `run ${event.dagId}/${event.runId}`, `${event.n} queued`)
    }
  }
  return told
}

const allOf = (broker: MemoryBroker, topic: string): Incoming[] =>
  broker.topic(topic).partitions.flatMap((partition) => partition.read(partition.low, Number.MAX_SAFE_INTEGER) as Incoming[])

/** The same by the feeds; a number that is not above the last of its key is dropped. */
const byFeeds = ({ broker, codec, topic }: Platform & { readonly broker: MemoryBroker }): Told => {
  const told: Told = new Map()
  const last = new Map<string, number>()
  const take = (key: string, n: number, line: string): void => {
    if (n <= (last.get(key) ?? 0)) return
    last.set(key, n)
    note(told, key, line)
  }
  for (const { value } of allOf(broker, topic('task-events'))) {
    const event: TaskEvent | null = value && codec.decode('TaskEvent', value)
    if (event) take(`task ${event.dagId}/${event.runId}/${event.taskId}`, event.n, `${event.n} ${event.state} ${event.tryNumber}`)
  }
  for (const { value } of allOf(broker, topic('run-events'))) {
    const event: RunEvent | null = value && codec.decode('RunEvent', value)
    if (event?.kind === 'run') take(`run ${event.dagId}/${event.runId}`, event.n, `${event.n} ${event.state}`)
  }
  return told
}

/** The first differences, in words. */
export const feedDifferences = (platform: Platform & { readonly broker: MemoryBroker }, audit: Audit): string[] => {
  const journal = byJournal(audit)
  const feeds = byFeeds(platform)
  const differences: string[] = []
  for (const key of new Set([...journal.keys(), ...feeds.keys()])) {
    const [should, is] = [journal.get(key)?.join(', ') ?? 'nothing', feeds.get(key)?.join(', ') ?? 'nothing']
    if (should !== is) differences.push(`${key}: the journal has ${should}; the feeds have ${is}`)
  }
  return differences
}

const picture = (column: Column): Map<string, string> => new Map([...partsOf(column)].map(([name, part]) => [name, canonicalJson(part())]))

/** Checkpoint and tail against the whole journal. */
export const checkpointDifferences = (
  platform: Platform & { readonly broker: MemoryBroker },
  audit: Audit,
  checkpoints: ReadonlyMap<number, Checkpoint>,
): string[] => {
  const differences: string[] = []
  for (const [number, { parts, position }] of checkpoints) {
    const column = parts.length > 0 ? columnFrom(parts as readonly Part[]) : emptyColumn()
    const reader = makeJournalReader(platform.codec, position)
    for (const record of platform.broker.topic(platform.topic('journal')).partitions[number]?.read(position.offset, Number.MAX_SAFE_INTEGER) ?? []) {
      const entry = reader.read(record)
      if (entry?.kind === 'decided') fold(column, entry)
    }
    const truth = picture(audit.columns[number] ?? emptyColumn())
    const restored = picture(column)
    for (const name of new Set([...truth.keys(), ...restored.keys()]))
      if (truth.get(name) !== restored.get(name))
        differences.push(`column ${number} from its checkpoint at ${position.offset}: ${name} is ${restored.get(name)}, not ${truth.get(name)}`)
  }
  return differences
}
