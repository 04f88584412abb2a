import { getRouteApi } from '@tanstack/react-router'
import { text } from '../../strings/text.ts'
import { RunsView } from './runs-view.tsx'

const route = getRouteApi('/runs')

/** Runs of all DAGs. */
export const RunsPage = () => {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <div className="flex h-full flex-col">
      <title>{`${text.runs.title} · ${text.product}`}</title>
      <h1 className="px-4 pt-3 text-lg font-semibold">{text.runs.title}</h1>
      <div className="min-h-0 flex-1">
        <RunsView search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
      </div>
    </div>
  )
}
