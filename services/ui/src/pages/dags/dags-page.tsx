import { getRouteApi } from '@tanstack/react-router'
import { useDagRows } from '../../data/use-dag-rows.ts'
import { Button } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { text } from '../../strings/text.ts'
import { DagFilterBar } from './dag-filter-bar.tsx'
import { DagList } from './dag-list.tsx'
import { ImportErrorBanner } from './import-error-banner.tsx'

const route = getRouteApi('/dags')

/** Every DAG: what it is, how it has been going, and the two things people do from here: switch it on and trigger it. */
export const DagsPage = () => {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useDagRows({ search: search.q, state: search.state, tag: search.tag, paused: search.paused, errors: search.errors })
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const total = query.data?.pages[0]?.total_entries
  const filtered = Object.keys(search).length > 0

  return (
    <div className="flex h-full flex-col">
      <title>{`${text.dags.title} · ${text.product}`}</title>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-3 pb-2.5">
        <h1 className="text-lg font-semibold">{text.dags.title}</h1>
        <span className="tabular text-faint">{total === undefined ? '' : text.dags.count(total)}</span>
        <span className="flex-1" />
        <DagFilterBar search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
      </div>
      <ImportErrorBanner />
      {query.error && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      {total === 0 && !filtered && (
        <EmptyState title={text.dags.noneTitle} command={text.dags.noneCommand}>
          {text.dags.noneText}
        </EmptyState>
      )}
      {total === 0 && filtered && (
        <EmptyState title={text.dags.noMatchTitle}>
          <Button onClick={() => void navigate({ search: {} })}>{text.dags.clearFilters}</Button>
        </EmptyState>
      )}
      {total !== 0 && !query.error && (
        <DagList rows={rows} pending={query.isPending} hasMore={query.hasNextPage} loadingMore={query.isFetchingNextPage} onMore={query.fetchNextPage} />
      )}
    </div>
  )
}
