import { getRouteApi } from '@tanstack/react-router'
import { RunsView } from '../runs/runs-view.tsx'

const route = getRouteApi('/dags/$dagId/runs')

/** The runs of one DAG as a list. */
export const DagRunsTab = () => {
  const { dagId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return <RunsView dagId={dagId} search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
}
