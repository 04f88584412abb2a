import { memo } from 'react'
import type { GridRun } from '../../../api/types.ts'
import { classNames } from '../../../parts/class-names.ts'
import { StateIcon } from '../../../states/state-icon.tsx'
import { stateName } from '../../../states/state-order.ts'
import { text } from '../../../strings/text.ts'
import { gridSizes } from './grid-sizes.ts'

const { columnPx, rowPx } = gridSizes

/** Name of a cell in the document; without a task: of the run's head. */
export const cellId = (runId: string, taskId: string | undefined): string => `cell ${runId} ${taskId ?? ''}`.replaceAll(/\s/g, '_')

interface Props {
  readonly namePx: number
  readonly index: number
  readonly taskId: string
  readonly top: number
  readonly runs: readonly GridRun[]
  readonly first: number
  readonly last: number
  readonly selected: boolean
  readonly runId: string | undefined
  /** The columns of it that a range covers. */
  readonly rangeFirst: number | undefined
  readonly rangeLast: number | undefined
  readonly onSelect: (runId: string, taskId: string, more: boolean) => void
}

const Row = ({ namePx, index, taskId, top, runs, first, last, selected, runId, rangeFirst, rangeLast, onSelect }: Props) => (
  <div
    role="row"
    aria-label={taskId}
    aria-rowindex={index + 2}
    className={classNames('absolute left-0 w-full', selected ? 'bg-selected' : 'hover:bg-hover')}
    style={{ top, height: rowPx }}
  >
    {runs.slice(first, last + 1).map((run, at) => {
      const isSelected = selected && run.dag_run_id === runId
      const state = run.states[index]
      return (
        <GridCell
          key={run.dag_run_id}
          runId={run.dag_run_id}
          taskId={taskId}
          left={namePx + (first + at) * columnPx}
          state={state ?? null}
          tryNumber={run.try_numbers[index] ?? 0}
          selected={isSelected}
          inRange={rangeFirst !== undefined && rangeLast !== undefined && first + at >= rangeFirst && first + at <= rangeLast}
          onSelect={onSelect}
        />
      )
    })}
  </div>
)

interface CellProps {
  readonly runId: string
  readonly taskId: string
  readonly left: number
  readonly state: string | null
  readonly tryNumber: number
  readonly selected: boolean
  readonly inRange: boolean
  /** `more`: it ends a range. */
  readonly onSelect: (runId: string, taskId: string, more: boolean) => void
}

const Cell = ({ runId, taskId, left, state, tryNumber, selected, inRange, onSelect }: CellProps) => {
  const label = text.grid.cell(taskId, runId, text.states[stateName(state)])
  return (
    <button
      type="button"
      id={cellId(runId, taskId)}
      role="gridcell"
      tabIndex={-1}
      aria-label={label}
      aria-selected={selected || inRange}
      data-run={runId}
      data-task={taskId}
      onClick={(event) => onSelect(runId, taskId, event.shiftKey)}
      className={classNames(
        'absolute top-0 flex h-full items-center justify-center',
        selected ? 'rounded-md shadow-[inset_0_0_0_2px_var(--accent)]' : 'hover:bg-hover',
      )}
      style={{ left, width: columnPx }}
    >
      <StateIcon state={state} tryNumber={tryNumber} decorative />
    </button>
  )
}

const GridCell = memo(Cell)

/** One task through all runs. */
export const GridRow = memo(Row)
