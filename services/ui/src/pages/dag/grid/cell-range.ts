import type { Grid, GridRun } from '../../../api/types.ts'
import type { RangeSubject } from '../../../data/change-subject.ts'
import type { Cell } from './grid-moves.ts'

/** A rectangle of cells, its borders included. */
export interface CellRange {
  readonly firstColumn: number
  readonly lastColumn: number
  readonly firstRow: number
  readonly lastRow: number
}

/** From the cell where it began to the one it was drawn to; null: not both are cells of tasks, or they are the same. */
export const rangeBetween = (from: Cell, to: Cell): CellRange | null => {
  if (Math.min(from.column, from.row, to.column, to.row) < 0 || (from.column === to.column && from.row === to.row)) return null
  return {
    firstColumn: Math.min(from.column, to.column),
    lastColumn: Math.max(from.column, to.column),
    firstRow: Math.min(from.row, to.row),
    lastRow: Math.max(from.row, to.row),
  }
}

/** The tasks of each run in the range; `runs` as the columns stand. A task that the run's version does not have is no part of it. */
export const subjectOf = (dagId: string, taskIds: Grid['task_ids'], runs: readonly GridRun[], range: CellRange): RangeSubject => {
  const rows = taskIds.slice(range.firstRow, range.lastRow + 1)
  const picked = runs.slice(range.firstColumn, range.lastColumn + 1).map((run) => ({
    runId: run.dag_run_id,
    taskIds: rows.filter((_, at) => run.event_numbers[range.firstRow + at] !== -1),
  }))
  return { what: 'range', dagId, runs: picked.filter((run) => run.taskIds.length > 0) }
}
