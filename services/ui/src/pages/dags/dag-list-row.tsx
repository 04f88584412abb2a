import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { DagRow } from '../../api/types.ts'
import { usePauseDag } from '../../data/use-pause-dag.ts'
import { scheduleWords } from '../../format/schedule-words.ts'
import { useNow } from '../../format/use-now.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Switch } from '../../parts/switch.tsx'
import { Time } from '../../parts/time.tsx'
import { overlay } from '../../shell/overlay.ts'
import { RunBars } from '../../states/run-bars.tsx'
import { StateIcon } from '../../states/state-icon.tsx'
import { text } from '../../strings/text.ts'

/** The columns of the list: of its head and of every row. */
export const dagColumns =
  'grid items-center gap-x-4 px-4 grid-cols-[28px_minmax(0,1fr)_112px_28px] md:grid-cols-[28px_minmax(160px,3fr)_minmax(120px,2fr)_84px_112px_28px] lg:grid-cols-[28px_minmax(180px,3fr)_minmax(140px,2fr)_84px_112px_minmax(72px,1fr)_28px] xl:grid-cols-[28px_minmax(200px,3fr)_minmax(160px,2fr)_96px_112px_minmax(80px,1fr)_minmax(120px,2fr)_28px]'

interface Props {
  readonly row: DagRow
  readonly top: number
}

const Row = ({ row, top }: Props) => {
  const { dag, latest_dag_runs: runs } = row
  const pause = usePauseDag()
  const newest = runs[0]
  const now = useNow(runs.some((run) => run.state === 'running'))
  const label = dag.is_paused ? text.dags.unpause(dag.dag_id) : text.dags.pause(dag.dag_id)
  return (
    <div
      role="row"
      aria-label={dag.dag_id}
      className={`absolute inset-x-0 h-9 border-b hover:bg-hover ${dagColumns}`}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" className="flex">
        <Switch on={!dag.is_paused} label={label} onChange={(on) => pause.mutate({ dagId: dag.dag_id, paused: !on })} />
      </span>
      <span role="cell" className="flex min-w-0 items-center gap-2">
        <StateIcon state={newest?.state ?? 'none'} />
        <Link
          to="/dags/$dagId"
          params={{ dagId: dag.dag_id }}
          title={dag.description ?? undefined}
          className={`truncate font-medium hover:text-accent hover:underline ${dag.is_paused ? 'text-soft' : ''}`}
        >
          {dag.dag_display_name}
        </Link>
        {dag.has_import_errors && (
          <span title={text.dags.brokenFile} className="text-bad">
            <Icon name="warning" size={14} />
            <span className="sr-only">{text.dags.brokenFile}</span>
          </span>
        )}
      </span>
      <span role="cell" className="truncate text-soft max-md:hidden" title={dag.timetable_summary ?? undefined}>
        {scheduleWords(dag.timetable_summary, dag.timezone)}
      </span>
      <span role="cell" className="text-soft max-md:hidden">
        <Time at={dag.is_paused ? null : dag.next_dagrun_run_after} />
      </span>
      <span role="cell">
        <Link to="/dags/$dagId/runs" params={{ dagId: dag.dag_id }} className="block">
          <RunBars dagId={dag.dag_id} runs={runs} now={now} />
        </Link>
      </span>
      <span role="cell" className="truncate text-soft max-lg:hidden">
        {dag.owners.join(', ')}
      </span>
      <span role="cell" className="flex min-w-0 gap-2 overflow-hidden max-xl:hidden">
        {dag.tags.map((tag) => (
          <Link key={tag.name} to="/dags" search={{ tag: tag.name }} className="truncate text-soft hover:text-accent hover:underline">
            {tag.name}
          </Link>
        ))}
      </span>
      <span role="cell">
        <Button
          look="quiet"
          square
          aria-label={text.dags.trigger(dag.dag_id)}
          title={text.dags.trigger(dag.dag_id)}
          onClick={() => overlay.open({ trigger: dag.dag_id })}
        >
          <Icon name="play" size={14} />
        </Button>
      </span>
    </div>
  )
}

/** One DAG of the list; drawn again only when its own row changes. */
export const DagListRow = memo(Row)
