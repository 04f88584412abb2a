import { getRouteApi } from '@tanstack/react-router'
import { BackfillsView } from './backfills-view.tsx'

const route = getRouteApi('/dags/$dagId/backfills')

/** The backfills of one DAG. */
export const DagBackfillsTab = () => {
  const { dagId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return <BackfillsView dagId={dagId} search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
}
