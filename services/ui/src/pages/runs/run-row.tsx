import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { DagRun } from '../../api/types.ts'
import { Duration } from '../../parts/duration.tsx'
import { Time } from '../../parts/time.tsx'
import { StateChip } from '../../states/state-chip.tsx'
import { StateIcon } from '../../states/state-icon.tsx'
import { text } from '../../strings/text.ts'

/** The columns of a list of runs: of its head and of every row. */
export const runColumns = (withDag: boolean): string =>
  `grid items-center gap-x-4 px-4 ${
    withDag
      ? 'grid-cols-[20px_minmax(0,1fr)_84px_64px] sm:grid-cols-[104px_minmax(0,2fr)_minmax(0,3fr)_88px_72px] md:grid-cols-[104px_minmax(120px,2fr)_minmax(160px,3fr)_96px_96px_72px]'
      : 'grid-cols-[20px_minmax(0,1fr)_64px] sm:grid-cols-[104px_minmax(0,1fr)_88px_72px] md:grid-cols-[104px_minmax(160px,1fr)_96px_96px_72px]'
  }`

interface Props {
  readonly run: DagRun
  readonly top: number
  readonly withDag: boolean
}

const Row = ({ run, top, withDag }: Props) => (
  <div role="row" className={`absolute inset-x-0 h-8 border-b hover:bg-hover ${runColumns(withDag)}`} style={{ transform: `translateY(${top}px)` }}>
    <span role="cell" className="flex max-sm:hidden">
      <StateChip state={run.state} />
    </span>
    <span role="cell" className="flex sm:hidden">
      <StateIcon state={run.state} />
    </span>
    {withDag && (
      <span role="cell" className="truncate">
        <Link to="/dags/$dagId" params={{ dagId: run.dag_id }} className="font-medium hover:text-accent hover:underline">
          {run.dag_display_name}
        </Link>
      </span>
    )}
    <span role="cell" className="truncate">
      <Link
        to="/dags/$dagId/runs/$runId"
        params={{ dagId: run.dag_id, runId: run.dag_run_id }}
        title={run.dag_run_id}
        className="hover:text-accent hover:underline"
      >
        <span className="font-mono text-xs max-sm:hidden">{run.dag_run_id}</span>
        <span className="sm:hidden">
          <Time at={run.start_date ?? run.queued_at} />
        </span>
      </Link>
    </span>
    <span role="cell" className="text-soft max-md:hidden">
      {text.runTypes[run.run_type]}
    </span>
    <span role="cell" className="text-soft max-sm:hidden">
      <Time at={run.start_date ?? run.queued_at} />
    </span>
    <span role="cell" className="text-right text-soft">
      <Duration start={run.start_date} end={run.end_date} />
    </span>
  </div>
)

/** One run of the list. */
export const RunRow = memo(Row)
