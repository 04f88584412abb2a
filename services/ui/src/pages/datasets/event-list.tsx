import type { useAssetEvents } from '../../data/use-asset-events.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { text } from '../../strings/text.ts'
import { EventRow } from './event-row.tsx'

interface Props {
  readonly query: ReturnType<typeof useAssetEvents>
}

const { datasets: words } = text

/** The events of a dataset, newest first. */
export const EventList = ({ query }: Props) => {
  const events = query.data?.pages.flatMap((page) => page.asset_events) ?? []
  const total = query.data?.pages[0]?.total_entries
  return (
    <section aria-label={words.events} className="mt-4">
      <h2 className="mb-1 px-4 font-semibold">
        {words.events} <span className="tabular font-normal text-faint">{total ? total.toLocaleString('en') : ''}</span>
      </h2>
      {query.error && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      {total === 0 && <p className="px-4 text-soft">{words.noEvents}</p>}
      {events.length > 0 && (
        <>
          <div aria-hidden="true" className="grid grid-cols-[84px_minmax(0,1fr)_minmax(0,1fr)] gap-x-4 border-b px-4 py-1.5 text-xs text-faint">
            <span>{words.event.at}</span>
            <span>{words.event.by}</span>
            <span>{words.event.took}</span>
          </div>
          <ul>
            {events.map((event) => (
              <EventRow key={event.event_id} event={event} />
            ))}
          </ul>
        </>
      )}
      {query.hasNextPage && (
        <div className="flex justify-center p-3">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {text.system.deadLetters.more}
          </Button>
        </div>
      )}
    </section>
  )
}
