import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useAssetEvents } from '../../data/use-asset-events.ts'
import { useAssetWaits } from '../../data/use-asset-waits.ts'
import { useAsset } from '../../data/use-assets.ts'
import { useDeadLetters } from '../../data/use-dead-letters.ts'
import { useWatchers } from '../../data/use-watchers.ts'
import { Button } from '../../parts/button.tsx'
import { CopyId } from '../../parts/copy-id.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Section } from '../../parts/section.tsx'
import { text } from '../../strings/text.ts'
import { DeadLetterList } from '../system/dead-letter-list.tsx'
import { CreateEventDialog } from './create-event-dialog.tsx'
import { EventList } from './event-list.tsx'
import { WaitLine } from './wait-line.tsx'
import { WatcherList } from './watcher-list.tsx'

const route = getRouteApi('/datasets/$datasetId')
const { datasets: words } = text
const feed = 'dataset-events'

/** One dataset: what updates it, what waits for it, and its events with the runs that made and took each. */
export const DatasetPage = () => {
  const id = Number(route.useParams().datasetId)
  const asset = useAsset(id)
  const waits = useAssetWaits(id)
  const events = useAssetEvents(id)
  const uri = asset.data?.uri
  const letters = useDeadLetters({ topic: feed, key: uri }, uri !== undefined)
  const watchers = useWatchers(uri, uri !== undefined)
  const refused = letters.data?.pages.flatMap((page) => page.dead_letters) ?? []
  const [creating, setCreating] = useState(false)
  if (asset.error) return <ErrorNote error={asset.error} onRetry={() => void asset.refetch()} />
  return (
    <div className="h-full overflow-y-auto pb-8">
      <title>{`${uri ?? words.dataset} · ${text.product}`}</title>
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 px-4 pt-3">
        <nav className="flex min-w-0 flex-1 items-baseline gap-1.5">
          <Link to="/datasets" className="text-faint hover:text-accent">
            {words.title}
          </Link>
          <span aria-hidden="true" className="text-faint">
            /
          </span>
          <h1 className="min-w-0 truncate text-base font-semibold">{uri && <CopyId value={uri} what={words.dataset} />}</h1>
        </nav>
        <Button look="main" disabled={!uri} onClick={() => setCreating(true)}>
          {words.create}
        </Button>
      </div>
      <div className="grid gap-x-10 px-4 md:grid-cols-2">
        <Section title={words.producers}>
          {asset.data?.producing_tasks.length === 0 && <p className="text-soft">{words.noProducers}</p>}
          <ul>
            {asset.data?.producing_tasks.map((one) => (
              <li key={`${one.dag_id}/${one.task_id}`} className="truncate">
                <Link to="/dags/$dagId" params={{ dagId: one.dag_id }} search={{ task: one.task_id }} className="hover:text-accent hover:underline">
                  {one.dag_id} · {one.task_id}
                </Link>
              </li>
            ))}
          </ul>
        </Section>
        <Section title={words.consumers}>
          {waits.error && <ErrorNote error={waits.error} onRetry={() => void waits.refetch()} />}
          {waits.data?.dags.length === 0 && <p className="text-soft">{words.noConsumers}</p>}
          <div aria-live="polite" className="-mt-1.5 divide-y">
            {waits.data?.dags.map((one) => (
              <WaitLine key={one.dag_id} waits={one} />
            ))}
          </div>
        </Section>
      </div>
      {(watchers.data?.watchers.length ?? 0) > 0 && (
        <div className="px-4">
          <Section title={words.watchers}>
            <WatcherList watchers={watchers.data?.watchers ?? []} />
          </Section>
        </div>
      )}
      {refused.length > 0 && (
        <div className="mt-4">
          <h2 className="mb-1 px-4 font-semibold text-bad">{words.deadLetters}</h2>
          <DeadLetterList letters={refused} />
        </div>
      )}
      <EventList query={events} />
      {creating && asset.data && <CreateEventDialog asset={asset.data} onClose={() => setCreating(false)} />}
    </div>
  )
}
