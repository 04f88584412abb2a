import { useMemo } from 'react'
import type { Grid } from '../../api/types.ts'
import { Button } from '../../parts/button.tsx'
import { StateIcon } from '../../states/state-icon.tsx'
import { stateName, statesInOrder } from '../../states/state-order.ts'
import { text } from '../../strings/text.ts'
import { ChangeButtons } from '../change/change-buttons.tsx'
import { subjectLabel } from '../change/subject-label.ts'
import { type CellRange, subjectOf } from './grid/cell-range.ts'

interface Props {
  readonly grid: Grid
  readonly range: CellRange
  readonly onLeave: () => void
}

/** Several cells of the grid together: how they stand, to be cleared or marked. */
export const RangePanel = ({ grid, range, onLeave }: Props) => {
  const { firstColumn, lastColumn, firstRow, lastRow } = range
  const subject = useMemo(
    () => subjectOf(grid.dag_id, grid.task_ids, grid.runs.toReversed(), { firstColumn, lastColumn, firstRow, lastRow }),
    [grid, firstColumn, lastColumn, firstRow, lastRow],
  )
  const counts = new Map<string, number>()
  for (const run of grid.runs.toReversed().slice(firstColumn, lastColumn + 1))
    for (let row = firstRow; row <= lastRow; row++) {
      const state = stateName(run.states[row])
      if (run.event_numbers[row] !== -1) counts.set(state, (counts.get(state) ?? 0) + 1)
    }
  return (
    <section aria-label={text.grid.range} className="@container h-full overflow-y-auto px-4 pt-3 pb-6">
      <div className="mb-3 flex min-h-8 flex-wrap items-center gap-3">
        <h2 className="min-w-0 flex-1 text-base font-semibold" aria-live="polite">
          {subjectLabel(subject)}
        </h2>
        <ChangeButtons subject={subject} />
        <Button look="quiet" onClick={onLeave}>
          {text.grid.leaveRange}
        </Button>
      </div>
      <ul className="flex flex-wrap gap-x-5 gap-y-1.5">
        {statesInOrder.map((state) => {
          const count = counts.get(state)
          return (
            count !== undefined && (
              <li key={state} className="flex items-center gap-1.5">
                <StateIcon state={state} size={14} decorative />
                <span className="tabular">{count}</span> {text.states[state]}
              </li>
            )
          )
        })}
      </ul>
      <p className="mt-4 text-soft">{text.grid.rangeHint}</p>
    </section>
  )
}
