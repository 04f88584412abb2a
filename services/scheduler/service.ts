/** The scheduler: the group hands columns out; each is restored, claimed and owned; the DAG table is read by all. */
import { columnOf } from '../core/column.ts'
import { ensureError } from '../core/errors.ts'
import type { Positions } from '../platform/bus/journal.ts'
import type { Incoming } from '../platform/bus/port.ts'
import { makeDeadLetter } from '../platform/dead-letters.ts'
import type { OnFailed, Platform, Service } from '../platform/platform.ts'
import { type ColumnLot, openColumnLot } from './column-lot.ts'
import { ColumnOwner } from './column-owner.ts'
import type { SchedulerConfig } from './config.ts'
import { makeDagTable } from './dag-table.ts'

export const startScheduler = async (given: Platform, config: SchedulerConfig, onFailed: OnFailed): Promise<Service> => {
  const platform: Platform = { ...given, log: given.log.child({ service: 'scheduler' }) }
  const { bus, log, topic, columns: columnCount } = platform
  const table = makeDagTable(platform.codec)
  const owners = new Map<number, ColumnOwner>()
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

  const inputEnds = async (column: number): Promise<Positions> => {
    await tableReady
    const [commands, reports] = await Promise.all([bus.offsets(topic('commands')), bus.offsets(topic('reports'))])
    return { commands: commands.partitions[column]?.high ?? 0, reports: reports.partitions[column]?.high ?? 0 }
  }

  const poisonOf = (column: number): Map<string, Error> => {
    const known = poison.get(column) ?? new Map<string, Error>()
    poison.set(column, known)
    return known
  }

  const open = async (columns: readonly number[]): Promise<void> => {
    const lot = await openColumnLot({
      platform,
      columns,
      onFailed,
      makeOwner(column, checkpoint, itsLot) {
        if (!assigned.has(column) || isStopping) return null
        const onOver = (owner: ColumnOwner): void => {
          itsLot.leave(owner)
          if (owners.get(column) === owner) owners.delete(column)
          // Rule A: just stopping leaves a column without an owner, as the claim that ended ours may be a zombie's.
          if (assigned.has(column) && !isStopping) reopen([column])
        }
        const owner = new ColumnOwner({ platform, column, checkpoint, pace: config, table, inputEnds, poison: poisonOf(column), onOver, onFailed })
        owners.set(column, owner)
        return owner
      },
    })
    lots.add(lot)
  }
  const reopen = (columns: readonly number[]): void => void open(columns).catch((error) => onFailed(ensureError(error)))

  const assign = (columns: readonly number[]): void => {
    const before = assigned
    assigned = new Set(columns)
    for (const [column, owner] of owners) {
      if (assigned.has(column)) continue
      owner.stop()
      owners.delete(column)
    }
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
      for (const record of records) if (record.topic === topic('dags')) onTable(record)
    },
    onProgress: (name, _partition, next) => {
      if (name === topic('dags') && tableEnd && next >= tableEnd.high) tableRead()
    },
    onFailed,
    pace: 'fast',
  })

  return {
    name: 'scheduler',
    async stop() {
      isStopping = true
      for (const owner of owners.values()) owner.stop()
      await Promise.all([subscription.close(), ...[...lots].map((lot) => lot.close())])
    },
  }
}
