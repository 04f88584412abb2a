import { getRouteApi, Link } from '@tanstack/react-router'
import { useDagWaits } from '../../data/use-asset-waits.ts'
import { useDrawnAssets } from '../../data/use-assets.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Section } from '../../parts/section.tsx'
import { Time } from '../../parts/time.tsx'
import { text } from '../../strings/text.ts'
import { DagLinks } from './dag-links.tsx'
import { WaitLine } from './wait-line.tsx'

const route = getRouteApi('/dags/$dagId/datasets')
const { datasets: words } = text

/** The datasets of one DAG: what it waits for, and what its tasks update. */
export const DagDatasetsTab = () => {
  const { dagId } = route.useParams()
  const waits = useDagWaits(dagId)
  const assets = useDrawnAssets(dagId)
  const error = waits.error ?? assets.error
  const made = assets.data?.assets.filter((asset) => asset.producing_tasks.some((one) => one.dag_id === dagId)) ?? []
  return (
    <div className="h-full overflow-y-auto px-4 pb-8">
      {error && <ErrorNote error={error} onRetry={() => void Promise.all([waits.refetch(), assets.refetch()])} />}
      <Section title={words.waitsFor}>
        <div aria-live="polite" className="min-h-8">
          {waits.data && waits.data.asset_expression === null && <p className="text-soft">{words.noWaits}</p>}
          {waits.data && waits.data.asset_expression !== null && <WaitLine waits={waits.data} withDag={false} />}
        </div>
      </Section>
      <Section title={words.makes}>
        {assets.data && made.length === 0 && <p className="text-soft">{words.noMakes}</p>}
        <ul className="max-w-[900px]">
          {made.map((asset) => (
            <li key={asset.id} className="flex min-h-8 flex-wrap items-baseline gap-x-4 border-b py-1">
              <Link
                to="/datasets/$datasetId"
                params={{ datasetId: String(asset.id) }}
                className="min-w-0 flex-1 truncate font-mono text-xs leading-5 hover:text-accent hover:underline"
              >
                {asset.uri}
              </Link>
              <span className="text-soft">
                {asset.producing_tasks
                  .filter((one) => one.dag_id === dagId)
                  .map((one) => one.task_id)
                  .join(', ')}
              </span>
              {asset.scheduled_dags.length > 0 && (
                <span>
                  → <DagLinks dagIds={asset.scheduled_dags.map((one) => one.dag_id)} />
                </span>
              )}
              <span className="w-20 text-right text-soft">
                <Time at={asset.last_asset_event?.timestamp} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  )
}
