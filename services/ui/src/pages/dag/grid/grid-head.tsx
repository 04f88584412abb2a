import { memo } from 'react'
import type { GridRun } from '../../../api/types.ts'
import { durationText, spanMs } from '../../../format/duration.ts'
import { exactTime } from '../../../format/exact-time.ts'
import { useNow } from '../../../format/use-now.ts'
import { Button } from '../../../parts/button.tsx'
import { useChoice } from '../../../prefs/use-choice.ts'
import { zoneChoice } from '../../../prefs/zone.ts'
import { barHeight } from '../../../states/bar-height.ts'
import { RunBar } from '../../../states/run-bar.tsx'
import { text } from '../../../strings/text.ts'
import { cellId } from './grid-row.tsx'
import { gridSizes } from './grid-sizes.ts'

const { columnPx, headPx, barPx } = gridSizes
const barWidth = 12

interface Props {
  readonly namePx: number
  /** Oldest first. */
  readonly runs: readonly GridRun[]
  readonly first: number
  readonly last: number
  readonly runId: string | undefined
  readonly onSelect: (runId: string | undefined, taskId: string | undefined) => void
  readonly onMore: (() => void) | undefined
}

const Head = ({ namePx, runs, first, last, runId, onSelect, onMore }: Props) => {
  const zone = useChoice(zoneChoice)
  const now = useNow(runs.some((run) => run.state === 'running'))
  const spans = runs.map((run) => spanMs(run.start_date, run.end_date, now))
  const longest = Math.max(1, ...spans.map((span) => span ?? 0))
  return (
    <div role="row" className="sticky top-0 z-20 border-b bg-canvas" style={{ height: headPx }}>
      <div
        className="sticky left-0 z-10 flex flex-col justify-between bg-canvas pr-2 pb-1.5 pl-4"
        style={{ width: namePx, height: headPx - 1, paddingTop: headPx - barPx - 9 }}
      >
        <span className="tabular text-right text-xs leading-none text-faint">{durationText(longest)}</span>
        <span className="flex items-end justify-between">
          <span className="text-xs text-faint">{text.grid.tasks}</span>
          {onMore && (
            <Button look="quiet" className="-mr-1 -mb-1 h-6 px-1.5 text-xs" onClick={onMore}>
              {text.grid.more}
            </Button>
          )}
        </span>
      </div>
      {runs.slice(first, last + 1).map((run, at) => {
        const span = spans[first + at] ?? null
        const label = text.grid.run(exactTime(Date.parse(run.logical_date ?? run.run_after), zone), text.states[run.state], durationText(span))
        return (
          <button
            key={run.dag_run_id}
            id={cellId(run.dag_run_id, undefined)}
            type="button"
            role="columnheader"
            tabIndex={-1}
            aria-label={label}
            aria-selected={run.dag_run_id === runId}
            title={`${label}\n${run.dag_run_id}`}
            onClick={() => onSelect(run.dag_run_id, undefined)}
            className={`absolute bottom-0 flex items-end justify-center pb-1.5 hover:bg-hover ${run.dag_run_id === runId ? 'bg-selected' : ''}`}
            style={{ left: namePx + (first + at) * columnPx, width: columnPx, height: headPx - 1 }}
          >
            <svg width={barWidth} height={barPx} aria-hidden="true">
              <RunBar state={run.state} x={0} width={barWidth} height={barHeight(span, longest, barPx)} space={barPx} />
            </svg>
          </button>
        )
      })}
    </div>
  )
}

/** The runs as bars: height is duration, and the scale stands in the corner. */
export const GridHead = memo(Head)
