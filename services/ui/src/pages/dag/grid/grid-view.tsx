import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef } from 'react'
import type { Grid } from '../../../api/types.ts'
import { text } from '../../../strings/text.ts'
import { CellHint } from './cell-hint.tsx'
import type { CellRange } from './cell-range.ts'
import { GridHead } from './grid-head.tsx'
import { type Cell, nextCell } from './grid-moves.ts'
import { GridNames } from './grid-names.tsx'
import { cellId, GridRow } from './grid-row.tsx'
import { gridSizes } from './grid-sizes.ts'
import { useHoveredCell } from './use-hovered-cell.ts'
import { useNameWidth } from './use-name-width.ts'
import { useStayAtEnd } from './use-stay-at-end.ts'

interface Props {
  readonly grid: Grid
  readonly runId: string | undefined
  readonly taskId: string | undefined
  /** From the selected cell to the one it was drawn to, where there is such a range. */
  readonly range: CellRange | null
  readonly drawnTo: Cell | null
  readonly onSelect: (runId: string | undefined, taskId: string | undefined) => void
  readonly onExtend: (runId: string, taskId: string) => void
  readonly onMore: (() => void) | undefined
}

const { columnPx, rowPx, headPx } = gridSizes
const columnStep = 8

/** The grid itself: only what is in sight is drawn, in both directions, so 365 runs of 500 tasks scroll like 5 of 5. */
export const GridView = ({ grid, runId, taskId, range, drawnTo, onSelect, onExtend, onMore }: Props) => {
  const scroll = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const namePx = useNameWidth()
  // Time goes from left to right, as in every other picture of runs.
  const runs = useMemo(() => grid.runs.toReversed(), [grid.runs])
  const column = runs.findIndex((run) => run.dag_run_id === runId)
  const row = taskId === undefined ? -1 : grid.task_ids.indexOf(taskId)
  const rows = useVirtualizer({
    count: grid.task_ids.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    scrollMargin: headPx,
    scrollPaddingStart: headPx,
    overscan: 6,
    useFlushSync: false,
  })
  const columns = useVirtualizer({
    count: runs.length,
    horizontal: true,
    getScrollElement: () => scroll.current,
    estimateSize: () => columnPx,
    paddingStart: namePx,
    scrollPaddingStart: namePx,
    overscan: 2,
    useFlushSync: false,
  })
  const shownRows = rows.getVirtualItems()
  const shownColumns = columns.getVirtualItems()
  // In steps, so that a row is drawn again once every few columns and not for each one that comes into sight.
  const first = Math.floor((shownColumns[0]?.index ?? 0) / columnStep) * columnStep
  const last = Math.min(runs.length - 1, Math.ceil(((shownColumns.at(-1)?.index ?? -1) + 1) / columnStep) * columnStep - 1)
  useStayAtEnd(columns, runs.at(-1)?.dag_run_id)
  const chosenRun = useRef(runId)
  useEffect(() => {
    chosenRun.current = runId
  }, [runId])
  // The same function for every selection, so that cells which do not change are not drawn again.
  const selectTask = useCallback((run: string | undefined, task: string) => onSelect(run ?? chosenRun.current, task), [onSelect])

  const extendTo = useRef(onExtend)
  const canExtend = useRef(false)
  useEffect(() => {
    extendTo.current = onExtend
    canExtend.current = column >= 0 && row >= 0
  }, [onExtend, column, row])
  const selectCell = useCallback(
    (run: string, task: string, more: boolean) => (more && canExtend.current ? extendTo.current(run, task) : onSelect(run, task)),
    [onSelect],
  )

  const hovered = useHoveredCell()

  const onKey = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'Enter' && runId && taskId) {
      void navigate({ to: '/dags/$dagId/runs/$runId/tasks/$taskId', params: { dagId: grid.dag_id, runId, taskId } })
      return
    }
    if (event.key === 'Escape' && range) {
      onSelect(runId, taskId)
      return
    }
    if (event.key === 'Escape' && taskId) {
      onSelect(runId, undefined)
      return
    }
    const draws = event.shiftKey && column >= 0 && row >= 0
    const next = nextCell(event.key, (draws && drawnTo) || { column, row }, runs.length, grid.task_ids.length)
    if (!next) return
    event.preventDefault()
    const [nextRun, nextTask] = [runs[next.column]?.dag_run_id, grid.task_ids[next.row]]
    // A run as a whole is no end of a range.
    if (draws && (nextRun === undefined || nextTask === undefined)) return
    if (draws && nextRun !== undefined && nextTask !== undefined) onExtend(nextRun, nextTask)
    else onSelect(nextRun, nextTask)
    columns.scrollToIndex(next.column, { align: 'auto' })
    if (next.row >= 0) rows.scrollToIndex(next.row, { align: 'auto' })
  }

  const box = range && {
    top: headPx + range.firstRow * rowPx,
    height: (range.lastRow - range.firstRow + 1) * rowPx,
    left: namePx + range.firstColumn * columnPx,
    width: (range.lastColumn - range.firstColumn + 1) * columnPx,
  }
  const isInRange = (at: number): boolean => range !== null && at >= range.firstRow && at <= range.lastRow

  return (
    <div
      ref={scroll}
      role="grid"
      aria-label={text.grid.label}
      aria-rowcount={grid.task_ids.length + 1}
      aria-colcount={runs.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={runId ? cellId(runId, taskId) : undefined}
      tabIndex={0}
      onKeyDown={onKey}
      onPointerOver={hovered.onPointerOver}
      onPointerLeave={hovered.leave}
      onScroll={hovered.leave}
      className="min-h-0 flex-1 overflow-auto outline-offset-[-2px]"
    >
      {hovered.cell && <CellHint key={`${hovered.cell.runId}/${hovered.cell.taskId}`} grid={grid} cell={hovered.cell} />}
      <div className="relative" style={{ width: `max(100%, ${columns.getTotalSize() + 8}px)`, height: headPx + rows.getTotalSize() + 8 }}>
        {column >= 0 && !range && (
          <div className="pointer-events-none absolute top-0 bottom-0 bg-selected" style={{ left: namePx + column * columnPx, width: columnPx }} />
        )}
        {box && <div className="pointer-events-none absolute rounded-md bg-selected" style={box} />}
        <GridHead namePx={namePx} runs={runs} first={first} last={last} runId={runId} onSelect={onSelect} onMore={onMore} />
        <GridNames
          namePx={namePx}
          height={rows.getTotalSize()}
          taskIds={grid.task_ids}
          first={shownRows[0]?.index ?? 0}
          last={shownRows.at(-1)?.index ?? -1}
          selected={row}
          onSelect={selectTask}
        />
        {shownRows.map((item) => (
          <GridRow
            key={item.key}
            namePx={namePx}
            index={item.index}
            taskId={grid.task_ids[item.index] ?? ''}
            top={item.start}
            runs={runs}
            first={first}
            last={last}
            selected={item.index === row && !range}
            runId={runId}
            rangeFirst={isInRange(item.index) ? range?.firstColumn : undefined}
            rangeLast={isInRange(item.index) ? range?.lastColumn : undefined}
            onSelect={selectCell}
          />
        ))}
        {/* Above the rows, which are filled where the pointer is. */}
        {box && <div className="pointer-events-none absolute rounded-md shadow-[inset_0_0_0_2px_var(--accent)]" style={box} />}
      </div>
    </div>
  )
}
