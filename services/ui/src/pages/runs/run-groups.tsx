import { Link } from '@tanstack/react-router'
import type { RunGroup } from '../../api/types.ts'
import { useRunGroups } from '../../data/use-run-groups.ts'
import { exactTime } from '../../format/exact-time.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ProgressBar } from '../../parts/progress-bar.tsx'
import { useChoice } from '../../prefs/use-choice.ts'
import { zoneChoice } from '../../prefs/zone.ts'
import { text } from '../../strings/text.ts'
import type { runsSearch } from './runs-search.ts'

interface Props {
  readonly dagId: string
  readonly search: ReturnType<typeof runsSearch>
}

const columns = 'grid items-center gap-x-4 px-4 grid-cols-[128px_64px_minmax(0,1fr)] md:grid-cols-[150px_72px_minmax(160px,1fr)_minmax(0,1fr)]'
const order = ['success', 'failed', 'running', 'queued'] as const

/** The runs of a DAG by the hour: for DAGs that make more of them than anybody reads one by one. An hour leads to its runs. */
export const RunGroups = ({ dagId, search }: Props) => {
  const query = useRunGroups(dagId, { state: search.state, type: search.type }, true)
  const zone = useChoice(zoneChoice)
  const groups = query.data?.pages.flatMap((page) => page.groups) ?? []
  const most = Math.max(1, ...groups.map((group) => group.total))
  const partsOf = (group: RunGroup) => order.flatMap((state) => (group[state] > 0 ? [{ state, count: group[state] }] : []))
  const wordsOf = (group: RunGroup): string =>
    partsOf(group)
      .map(({ state, count }) => `${count.toLocaleString('en')} ${text.states[state].toLowerCase()}`)
      .join(', ')
  if (query.error) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
  return (
    <div role="table" aria-label={text.runs.byHour} className="min-h-0 flex-1 overflow-auto">
      {groups.map((group) => (
        <div role="row" key={group.from} className={`h-8 border-b hover:bg-hover ${columns}`}>
          <span role="cell">
            <Link
              to="/dags/$dagId/runs"
              params={{ dagId }}
              search={{ ...search, by: 'run', from: group.from, to: group.to }}
              className="tabular hover:text-accent hover:underline"
            >
              {exactTime(Date.parse(group.from), zone).slice(0, 16)}
            </Link>
          </span>
          <span role="cell" className="tabular text-right">
            {group.total.toLocaleString('en')}
          </span>
          <span role="cell">
            <ProgressBar label={wordsOf(group)} done={group.success + group.failed} total={most} parts={partsOf(group)} />
          </span>
          <span role="cell" className="truncate text-soft max-md:hidden">
            {wordsOf(group)}
          </span>
        </div>
      ))}
      {query.hasNextPage && (
        <div className="flex justify-center p-3">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {text.system.deadLetters.more}
          </Button>
        </div>
      )}
    </div>
  )
}
