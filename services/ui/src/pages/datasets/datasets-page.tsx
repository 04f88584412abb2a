import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, Suspense, useCallback } from 'react'
import { SearchField } from '../../parts/search-field.tsx'
import { text } from '../../strings/text.ts'
import { tabLook } from '../tab-look.ts'
import { DatasetList } from './dataset-list.tsx'
import { datasetsSearch } from './datasets-search.ts'

const route = getRouteApi('/datasets')
const { datasets: words } = text
const exactly = { exact: true, includeSearch: true } as const
// The layout of graphs is heavy: it comes when the picture is opened.
const LineageGraph = lazy(() => import('./lineage-graph.tsx').then(({ LineageGraph: component }) => ({ default: component })))

/** Every dataset: as a list, or as the graph of what updates and what it starts. */
export const DatasetsPage = () => {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const onSearch = useCallback((q: string) => void navigate({ search: (now) => datasetsSearch({ ...now, q }), replace: true }), [navigate])
  return (
    <div className="flex h-full flex-col">
      <title>{`${words.title} · ${text.product}`}</title>
      <div className="flex flex-wrap items-center gap-x-5 border-b px-4 pt-2">
        <h1 className="text-lg font-semibold">{words.title}</h1>
        <nav aria-label={words.viewsLabel} className="flex gap-5">
          <Link to="/datasets" search={search.q ? { q: search.q } : {}} className={tabLook} activeOptions={exactly}>
            {words.views.list}
          </Link>
          <Link to="/datasets" search={{ view: 'graph' }} className={tabLook} activeOptions={exactly}>
            {words.views.graph}
          </Link>
        </nav>
        <span className="flex-1" />
        {!search.view && (
          <search className="py-1">
            <SearchField label={words.search} value={search.q ?? ''} onChange={onSearch} />
          </search>
        )}
      </div>
      <div className="min-h-0 flex-1">
        {search.view ? (
          <Suspense fallback={<p className="appear-late p-4 text-soft">{text.graph.drawing}</p>}>
            <LineageGraph />
          </Suspense>
        ) : (
          <DatasetList search={search.q} />
        )}
      </div>
    </div>
  )
}
