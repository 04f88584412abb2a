import { getRouteApi, Outlet } from '@tanstack/react-router'
import { useDag } from '../../data/use-dag.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { text } from '../../strings/text.ts'
import { DagHeader } from './dag-header.tsx'
import { DagTabs } from './dag-tabs.tsx'
import { useFavicon } from './use-favicon.ts'
import { useSelection } from './use-selection.ts'

const route = getRouteApi('/dags/$dagId')

/** One DAG: its header, and the view chosen by the tab. */
export const DagPage = () => {
  const { dagId } = route.useParams()
  const dag = useDag(dagId)
  const { grid } = useSelection()
  useFavicon(grid.data?.runs[0]?.state)
  return (
    <div className="flex h-full flex-col">
      <title>{`${dagId} · ${text.product}`}</title>
      {dag.error ? (
        <ErrorNote error={dag.error} onRetry={() => void dag.refetch()} />
      ) : (
        <>
          <DagHeader dagId={dagId} dag={dag.data} />
          <DagTabs dagId={dagId} />
          <div className="min-h-0 flex-1">
            <Outlet />
          </div>
        </>
      )}
    </div>
  )
}
