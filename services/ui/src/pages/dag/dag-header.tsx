import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { DagDetails } from '../../api/types.ts'
import { usePauseDag } from '../../data/use-pause-dag.ts'
import { scheduleWords } from '../../format/schedule-words.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Switch } from '../../parts/switch.tsx'
import { Time } from '../../parts/time.tsx'
import { overlay } from '../../shell/overlay.ts'
import { text } from '../../strings/text.ts'

interface Props {
  readonly dagId: string
  /** Not there yet: the header keeps its place. */
  readonly dag: DagDetails | undefined
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <span className="inline-flex min-w-0 items-baseline gap-1.5">
    <span className="text-faint">{name}</span>
    <span className="truncate">{children}</span>
  </span>
)

/** What the DAG is and when it runs; pause and trigger. */
export const DagHeader = ({ dagId, dag }: Props) => {
  const pause = usePauseDag()
  const paused = dag?.is_paused ?? false
  return (
    <header className="px-4 pt-3 pb-2">
      <div className="flex min-h-8 items-center gap-3">
        <nav className="flex min-w-0 flex-1 items-baseline gap-1.5">
          <Link to="/dags" className="text-lg text-faint hover:text-accent max-sm:hidden">
            {text.nav.dags}
          </Link>
          <span className="text-lg text-faint max-sm:hidden" aria-hidden="true">
            /
          </span>
          <h1 className="truncate text-lg font-semibold" title={dag?.description ?? undefined}>
            {dag?.dag_display_name ?? dagId}
          </h1>
        </nav>
        {dag && (
          <span className="flex items-center gap-2 text-soft">
            <Switch on={!paused} label={paused ? text.dags.unpause(dagId) : text.dags.pause(dagId)} onChange={(on) => pause.mutate({ dagId, paused: !on })} />
            <span className="w-12 max-sm:sr-only">{paused ? text.dag.paused : text.dag.active}</span>
          </span>
        )}
        <Button className="max-sm:hidden" onClick={() => overlay.open({ backfill: dagId })} disabled={!dag || dag.is_stale}>
          {text.backfills.create}
        </Button>
        <Button look="main" onClick={() => overlay.open({ trigger: dagId })} disabled={!dag || dag.is_stale} title={dag?.is_stale ? text.dag.stale : undefined}>
          <Icon name="play" size={14} />
          {text.dag.trigger}
        </Button>
      </div>
      <div className="flex min-h-6 flex-wrap items-center gap-x-5 gap-y-0.5">
        {dag && (
          <>
            <span title={dag.timetable_summary ?? undefined}>{scheduleWords(dag.timetable_summary, dag.timezone)}</span>
            <Fact name={text.dag.next}>
              <button
                type="button"
                title={text.system.nextRuns.open}
                onClick={() => overlay.open({ nextRuns: dagId })}
                className="underline decoration-dotted underline-offset-2 hover:text-accent"
              >
                {paused ? text.dag.noNextPaused : dag.next_dagrun_run_after ? <Time at={dag.next_dagrun_run_after} /> : text.dag.noNext}
              </button>
            </Fact>
            {dag.latest_dag_version && (
              <Fact name={text.dag.version}>
                <Link to="/dags/$dagId/versions" params={{ dagId }} className="tabular hover:text-accent hover:underline" title={dag.latest_dag_version.id}>
                  {dag.latest_dag_version.version_number}
                </Link>
              </Fact>
            )}
            {dag.owners.length > 0 && <Fact name={text.dag.owner}>{dag.owners.join(', ')}</Fact>}
            {dag.tags.length > 0 && (
              <span className="inline-flex items-center gap-2 text-soft">
                <Icon name="tag" size={14} />
                {dag.tags.map((tag) => (
                  <Link key={tag.name} to="/dags" search={{ tag: tag.name }} className="hover:text-accent hover:underline">
                    {tag.name}
                  </Link>
                ))}
              </span>
            )}
            {dag.is_stale && <span className="text-warn">{text.dag.stale}</span>}
            {dag.has_import_errors && (
              <Link to="/dags" search={{ errors: true }} className="text-bad hover:underline">
                {text.dags.brokenFile}
              </Link>
            )}
          </>
        )}
      </div>
    </header>
  )
}
