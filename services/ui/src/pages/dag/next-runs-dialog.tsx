import { useDag } from '../../data/use-dag.ts'
import { useNextRuns } from '../../data/use-next-runs.ts'
import { scheduleWords } from '../../format/schedule-words.ts'
import { CopyId } from '../../parts/copy-id.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Time } from '../../parts/time.tsx'
import { text } from '../../strings/text.ts'
import { shellWord } from '../change/change-command.ts'

interface Props {
  readonly dagId: string
  readonly onClose: () => void
}

const shown = 12
const { nextRuns: words } = text.system
const row = 'grid grid-cols-[112px_minmax(0,1fr)] sm:grid-cols-[80px_minmax(0,1fr)_minmax(0,2fr)] gap-x-4 py-1'

/** When the schedule makes runs next, and what each covers. */
export const NextRunsDialog = ({ dagId, onClose }: Props) => {
  const { data: dag } = useDag(dagId)
  const query = useNextRuns(dagId, shown)
  return (
    <Dialog title={words.title(dagId)} onClose={onClose} wide>
      <div className="flex flex-col gap-3 p-4">
        <p className="min-h-5">{dag && scheduleWords(dag.timetable_summary, dag.timezone)}</p>
        {query.data?.is_paused && <p className="text-soft">{words.paused}</p>}
        {query.error && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
        <div className="min-h-48">
          {query.data && query.data.next_runs.length === 0 && <p className="text-soft">{words.none}</p>}
          {query.data && query.data.next_runs.length > 0 && (
            <div role="table" aria-label={words.title(dagId)}>
              <div role="row" className={`text-xs text-faint ${row}`}>
                <span role="columnheader">{words.columns.starts}</span>
                <span role="columnheader">{words.columns.logicalDate}</span>
                <span role="columnheader" className="max-sm:hidden">
                  {words.columns.interval}
                </span>
              </div>
              {query.data.next_runs.map((run) => (
                <div role="row" key={run.run_after} className={`border-t ${row}`}>
                  <span role="cell">
                    <Time at={run.run_after} />
                  </span>
                  <span role="cell">
                    <Time at={run.logical_date} exact />
                  </span>
                  <span role="cell" className="truncate text-soft max-sm:hidden">
                    {run.data_interval_start === run.data_interval_end ? (
                      '–'
                    ) : (
                      <>
                        <Time at={run.data_interval_start} exact /> – <Time at={run.data_interval_end} exact />
                      </>
                    )}
                  </span>
                </div>
              ))}
            </div>
          )}
        </div>
        <span className="flex text-soft">
          <CopyId value={`millrace dags next-runs ${shellWord(dagId)} --count ${shown}`} what="command" />
        </span>
      </div>
    </Dialog>
  )
}
