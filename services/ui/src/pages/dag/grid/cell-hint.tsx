import type { Grid } from '../../../api/types.ts'
import { useWhy } from '../../../data/use-why.ts'
import { Duration } from '../../../parts/duration.tsx'
import { Time } from '../../../parts/time.tsx'
import { StateChip } from '../../../states/state-chip.tsx'
import { isWaiting } from '../../../states/state-order.ts'
import { WhyList } from '../../task/why-list.tsx'
import type { HoveredCell } from './use-hovered-cell.ts'

interface Props {
  readonly grid: Grid
  readonly cell: HoveredCell
}

const widthPx = 340
const gapPx = 6

const instant = (ms: number | null | undefined): string | null => (ms == null ? null : new Date(ms).toISOString())

/** What a cell stands for, beside the mouse: the state, how long it took, and why it waits. Who uses keys has the same in the panel. */
export const CellHint = ({ grid, cell }: Props) => {
  const run = grid.runs.find((one) => one.dag_run_id === cell.runId)
  const row = grid.task_ids.indexOf(cell.taskId)
  const state = run?.states[row]
  const mapped = run?.mapped[cell.taskId]
  const asks = run !== undefined && mapped === undefined && isWaiting(state) && (run.event_numbers[row] ?? -1) >= 0
  const why = useWhy({ dagId: grid.dag_id, runId: cell.runId, taskId: cell.taskId, mapIndex: -1 }, asks)
  if (!run) return null
  const start = instant(run.starts[row])
  const isLow = cell.bottom > window.innerHeight - 180
  const left = Math.max(8, Math.min(cell.left, window.innerWidth - widthPx - 8))
  return (
    <div
      role="tooltip"
      className="appear pointer-events-none fixed z-40 rounded-lg bg-raised p-3 shadow-pop"
      style={{ left, maxWidth: widthPx, ...(isLow ? { bottom: window.innerHeight - cell.top + gapPx } : { top: cell.bottom + gapPx }) }}
    >
      <p className="flex items-baseline gap-3">
        <span className="truncate font-medium">{cell.taskId}</span>
        <span className="shrink-0 text-soft">
          <Time at={run.logical_date ?? run.run_after} exact />
        </span>
      </p>
      <p className="flex items-center gap-3">
        <StateChip state={state} tryNumber={run.try_numbers[row] ?? 0} />
        {start && (
          <span className="text-soft">
            <Duration start={start} end={instant(run.ends[row])} />
          </span>
        )}
      </p>
      {mapped && (
        <ul className="mt-1 flex flex-wrap gap-x-3">
          {Object.entries(mapped).map(([one, count]) => (
            <li key={one} className="flex items-center gap-1.5">
              <StateChip state={one} /> <span className="tabular text-soft">{count}</span>
            </li>
          ))}
        </ul>
      )}
      {asks && why.data && (
        <div className="mt-1 border-t pt-1">
          <WhyList dagId={grid.dag_id} runId={cell.runId} why={why.data} brief />
        </div>
      )}
    </div>
  )
}
