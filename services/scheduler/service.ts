/** The scheduler: the group hands columns out; each is restored, claimed and owned; the DAG table is read by all. */
import type { TopicName } from '../../schemas/topics.ts'
import { columnOf } from '../core/column.ts'
import { ensureError, MillraceError } from '../core/errors.ts'
import type { Incoming } from '../platform/bus/port.ts'
import { makeDeadLetter } from '../platform/dead-letters.ts'
import type { OnFailed, Platform, Service } from '../platform/platform.ts'
import type { CheckpointPace } from './checkpointing.ts'
import { makeClockWatch } from './clock-watch.ts'
import { type ColumnLot, openColumnLot } from './column-lot.ts'
import { ColumnOwner } from './column-owner.ts'
import type { SchedulerConfig } from './config.ts'
import { makeDagTable } from './dag-table.ts'
import { makeLearnFirst } from './learn-first.ts'
import { datasetEnds, type InputEnds } from './lost-inputs.ts'
import { makeStatusBeats } from './status.ts'
import { makeStoppedColumns } from './stopped-columns.ts'

const restoreAfterMs = 1000

export const startScheduler = async (given: Platform, config: SchedulerConfig & CheckpointPace, onFailed: OnFailed): Promise<Service> => {
  const platform: Platform = { ...given, log: given.log.child({ service: 'scheduler' }) }
  const { bus, log, topic, columns: columnCount } = platform
  await requireColumns(platform)
  const table = makeDagTable(platform.codec)
  const owners = new Map<number, ColumnOwner>()
  const lotOf = new WeakMap<ColumnOwner, ColumnLot>()
  /** The newest opening of each column; an older one that is still under way makes no owner, or the two would end each other for ever (rule A). */
  const newest = new Map<number, number>()
  let openings = 0
  const lots = new Set<ColumnLot>()
  const poison = new Map<number, Map<string, Error>>()
  let assigned = new Set<number>()
  let isStopping = false

  // The table is read to its end before the first decision (PROTOCOL, "Tables are read to their end").
  const tableEnd = (await bus.offsets(topic('dags'))).partitions[0]
  let tableRead: () => void = () => {}
  const tableReady = new Promise<void>((resolve) => {
    tableRead = resolve
  })
  if (!tableEnd || tableEnd.low === tableEnd.high) tableRead()

  const onTable = (record: Incoming): void => {
    try {
      const dagId = table.take(record)
      if (dagId !== null) owners.get(columnOf(dagId, columnCount))?.onTableChanged(dagId)
    } catch (thrown) {
      const error = ensureError(thrown)
      log.error({ key: record.key, offset: record.offset }, `a DAG record goes to dead-letters: ${error.message}`)
      bus.send([makeDeadLetter(platform, record, 'scheduler', error)]).catch((err) => log.error({ err: ensureError(err) }, 'dead letter not sent'))
    }
  }

  const definitions = makeLearnFirst(platform, onTable)

  const inputEnds = async (column: number, readsDatasets: boolean): Promise<InputEnds> => {
    const [commands, reports, datasets] = await Promise.all([
      bus.offsets(topic('commands')),
      bus.offsets(topic('reports')),
      readsDatasets ? bus.offsets(topic('dataset-events')) : null,
    ])
    const nothing = { low: 0, high: 0 }
    const own = { commands: commands.partitions[column] ?? nothing, reports: reports.partitions[column] ?? nothing }
    return { ...own, ...datasetEnds(datasets) }
  }

  const poisonOf = (column: number): Map<string, Error> => {
    const known = poison.get(column) ?? new Map<string, Error>()
    poison.set(column, known)
    return known
  }

  const status = makeStatusBeats(platform, () => ({
    columns: [...assigned],
    stopped: stopped.list(),
    clockOffMs: clockWatch.offMs(),
  }))
  const clockWatch = makeClockWatch(platform.clock, log, status.changed)
  const stopped = makeStoppedColumns(platform, {
    onChanged: status.changed,
    onMoved: (columns) => reopen(columns.filter((c) => assigned.has(c) && !owners.has(c))),
  })

  const drop = (owner: ColumnOwner): void => {
    owner.stop()
    lotOf.get(owner)?.leave(owner)
    if (owners.get(owner.column) === owner) owners.delete(owner.column)
  }
  const open = async (columns: readonly number[]): Promise<void> => {
    const opening = ++openings
    for (const column of columns) newest.set(column, opening)
    const isOurs = (column: number): boolean => assigned.has(column) && newest.get(column) === opening && !isStopping
    const lot = await openColumnLot({
      platform,
      columns,
      onFailed,
      inputEnds,
      onStopped: (column, reason) => isOurs(column) && stopped.add(column, reason),
      onLost(lost, itsLot) {
        log.warn({ columns: lost }, 'what the columns are read from was cut: they are restored anew')
        for (const column of lost) {
          const owner = owners.get(column)
          if (owner) drop(owner)
        }
        lots.delete(itsLot)
        itsLot.close().catch((error) => log.warn({ err: ensureError(error) }, 'a reader of columns did not close'))
        platform.clock.after(restoreAfterMs, () => reopen(lost.filter((column) => assigned.has(column) && !owners.has(column))))
      },
      makeOwner(column, checkpoint, itsLot, datasets) {
        if (!isOurs(column)) return null
        const owner = new ColumnOwner({
          platform,
          column,
          checkpoint,
          pace: config,
          table,
          tableReady,
          inputEnds,
          datasets,
          poison: poisonOf(column),
          onStamped: clockWatch.observed,
          onStopped(owner, reason) {
            drop(owner)
            if (assigned.has(column)) stopped.add(column, reason)
          },
          onOver(owner) {
            drop(owner)
            // Rule A: just stopping leaves a column without an owner, as the claim that ended ours may be a zombie's.
            if (assigned.has(column) && !isStopping) reopen([column])
          },
          onFailed,
        })
        owners.set(column, owner)
        lotOf.set(owner, itsLot)
        return owner
      },
    })
    lots.add(lot)
  }
  const reopen = (columns: readonly number[]): void => {
    if (columns.length > 0 && !isStopping) open(columns).catch((error) => onFailed(ensureError(error)))
  }

  const assign = (columns: readonly number[]): void => {
    const before = assigned
    assigned = new Set(columns)
    for (const [column, owner] of owners) if (!assigned.has(column)) drop(owner)
    stopped.keep(assigned)
    status.changed()
    const added = columns.filter((column) => !before.has(column))
    if (added.length > 0) reopen(added)
    log.info({ columns }, `owns ${columns.length} of ${columnCount} columns`)
  }

  const subscription = await bus.subscribe({
    topics: [topic('checkpoints'), topic('dags')],
    // Any topic of the columns would do to hand them out; this one has least to read.
    assignment: { kind: 'columns', group: topic('journal').replace(/journal$/, config.group), columnTopics: [topic('checkpoints')] },
    start: (name) => (name === topic('dags') ? 'beginning' : 'end'),
    onAssigned: assign,
    onRecords: (records) => {
      for (const record of records) if (record.topic === topic('dags')) definitions.take(record)
    },
    onProgress: (name, _partition, next) => {
      if (name === topic('dags') && tableEnd && next >= tableEnd.high) void definitions.idle().then(tableRead)
    },
    onFailed,
    pace: 'fast',
  })

  return {
    name: 'scheduler',
    async stop() {
      isStopping = true
      status.stop()
      stopped.stop()
      for (const owner of owners.values()) owner.stop()
      await Promise.all([subscription.close(), ...[...lots].map((lot) => lot.close())])
    },
  }
}

/** Topics whose partition p is about column p; archive and feeds are written by explicit partition, too. */
const cutInColumns = ['commands', 'reports', 'journal', 'checkpoints', 'archive', 'task-events', 'run-events'] as const satisfies readonly TopicName[]

/** A topic that got or lost partitions would send a DAG to another column than the one that has its history. */
const requireColumns = async ({ bus, topic, columns }: Platform): Promise<void> => {
  const counts = await Promise.all(cutInColumns.map(async (name) => [topic(name), (await bus.offsets(topic(name))).partitions.length] as const))
  const other = counts.filter(([, count]) => count !== columns)
  if (other.length > 0)
    throw new MillraceError(
      'topic_mismatch',
      `this installation has ${columns} columns (MILLRACE_COLUMNS), but ${other.map(([name, count]) => `${name} has ${count} partitions`).join(', ')}: set MILLRACE_COLUMNS to what the topics were created with; partitions that were added later cannot be used, restore the topic`,
    )
}
