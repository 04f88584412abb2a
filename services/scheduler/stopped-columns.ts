/** Columns that stand still until somebody acts. Their journal is looked at from time to time: what a repair appends sets them going again. */
import type { StoppedColumn } from '../../schemas/generated/records.ts'
import { ensureError } from '../core/errors.ts'
import type { Platform } from '../platform/platform.ts'

export interface StoppedColumns {
  list(): readonly StoppedColumn[]
  add(column: number, reason: string): void
  /** Forgets those that are not among these. */
  keep(columns: ReadonlySet<number>): void
  stop(): void
}

export interface StoppedColumnsOptions {
  readonly onChanged: () => void
  /** Something was appended to the journals of these: they may go on. */
  readonly onMoved: (columns: readonly number[]) => void
}

const lookEveryMs = 3000

export const makeStoppedColumns = ({ bus, clock, log, topic }: Platform, { onChanged, onMoved }: StoppedColumnsOptions): StoppedColumns => {
  const stopped = new Map<number, { readonly reason: string; end: number | null }>()
  let cancel: (() => void) | null = null
  let isOver = false

  const look = async (): Promise<void> => {
    const { partitions } = await bus.offsets(topic('journal'))
    const moved: number[] = []
    for (const [column, one] of stopped) {
      const end = partitions[column]?.high ?? 0
      if (one.end !== null && end !== one.end) moved.push(column)
      one.end = end
    }
    for (const column of moved) stopped.delete(column)
    if (moved.length === 0) return
    log.info({ columns: moved }, 'columns that stood still are tried again')
    onChanged()
    onMoved(moved)
  }
  const lookLater = (): void => {
    if (!isOver)
      cancel ??= clock.after(lookEveryMs, () => {
        cancel = null
        if (stopped.size > 0) lookNow()
      })
  }
  const lookNow = (): void => {
    look()
      .catch((error) => log.warn({ err: ensureError(error) }, 'the journals of columns that stand still could not be looked at'))
      .finally(lookLater)
  }

  return {
    list: () => [...stopped].map(([column, { reason }]) => ({ column, reason })).sort((a, b) => a.column - b.column),
    add(column, reason) {
      log.error({ column }, `column ${column} stands still, the others go on: ${reason}`)
      stopped.set(column, { reason, end: null })
      onChanged()
      lookNow()
    },
    keep(columns) {
      for (const column of stopped.keys()) if (!columns.has(column)) stopped.delete(column)
    },
    stop() {
      isOver = true
      stopped.clear()
      cancel?.()
      cancel = null
    },
  }
}
