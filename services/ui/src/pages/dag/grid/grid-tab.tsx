import type { CSSProperties } from 'react'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { ErrorNote } from '../../../parts/error-note.tsx'
import { text } from '../../../strings/text.ts'
import { RangePanel } from '../range-panel.tsx'
import { SelectionPanel } from '../selection-panel.tsx'
import { useSelection } from '../use-selection.ts'
import { rangeBetween } from './cell-range.ts'
import type { Cell } from './grid-moves.ts'
import { gridSizes } from './grid-sizes.ts'
import { GridView } from './grid-view.tsx'

/** Runs as columns, tasks as rows; details of the selection beside it. */
export const GridTab = () => {
  const { dagId, runId, taskId, toRun, toTask, show, grid, select, extend, showMore } = useSelection()
  if (grid.error) return <ErrorNote error={grid.error} onRetry={() => void grid.refetch()} />
  if (!grid.data) return <div className="appear-late m-4 h-64 w-96 max-w-full rounded bg-hover" />
  if (grid.data.runs.length === 0) {
    return (
      <EmptyState title={text.grid.none} command={`millrace dags trigger ${dagId}`}>
        {text.grid.noneText}
      </EmptyState>
    )
  }
  const cellOf = (run: string | undefined, task: string | undefined): Cell => ({
    // The newest run stands last.
    column: grid.data.runs.length - 1 - grid.data.runs.findIndex((one) => one.dag_run_id === run),
    row: task === undefined ? -1 : grid.data.task_ids.indexOf(task),
  })
  const range = toRun && toTask && grid.data.runs.some((one) => one.dag_run_id === toRun) ? rangeBetween(cellOf(runId, taskId), cellOf(toRun, toTask)) : null
  const width = gridSizes.namePx + grid.data.runs.length * gridSizes.columnPx + 20
  const shown = grid.data.runs.length
  const more = shown < grid.data.total_runs ? (show < 50 ? 50 : show < 100 ? 100 : 365) : undefined
  return (
    <div className="flex h-full max-md:flex-col">
      <div
        className="flex min-h-0 w-(--grid-width) max-w-[58%] shrink-0 flex-col max-md:h-[46%] max-md:w-full max-md:max-w-none"
        style={{ '--grid-width': `max(${width}px, 320px)` } as CSSProperties}
      >
        <GridView
          key={dagId}
          grid={grid.data}
          runId={runId}
          taskId={taskId}
          range={range}
          drawnTo={range && cellOf(toRun, toTask)}
          onSelect={select}
          onExtend={extend}
          onMore={more && show < 365 ? () => showMore(more) : undefined}
        />
      </div>
      <div className="min-h-0 min-w-0 flex-1 overflow-hidden border-l max-md:border-t max-md:border-l-0">
        {range ? (
          <RangePanel grid={grid.data} range={range} onLeave={() => select(runId, taskId)} />
        ) : (
          <SelectionPanel dagId={dagId} runId={runId} taskId={taskId} onSelect={select} />
        )}
      </div>
    </div>
  )
}
