export interface Cell {
  /** Column, oldest run first. */
  readonly column: number
  /** Task, in graph order; -1: the run itself. */
  readonly row: number
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)

/** Where a key leads from a cell: arrows by one, Home and End to the first and last run, PageUp and PageDown by ten tasks. null: it moves nothing. */
export const nextCell = (key: string, { column, row }: Cell, columns: number, rows: number): Cell | null => {
  if (columns === 0) return null
  const to = (nextColumn: number, nextRow: number): Cell => ({ column: clamp(nextColumn, 0, columns - 1), row: clamp(nextRow, -1, rows - 1) })
  switch (key) {
    case 'ArrowLeft':
      return to(column - 1, row)
    case 'ArrowRight':
      return to(column + 1, row)
    case 'ArrowUp':
      return to(column, row - 1)
    case 'ArrowDown':
      return to(column, row + 1)
    case 'Home':
      return to(0, row)
    case 'End':
      return to(columns - 1, row)
    case 'PageUp':
      return to(column, row - 10)
    case 'PageDown':
      return to(column, row + 10)
    default:
      return null
  }
}
