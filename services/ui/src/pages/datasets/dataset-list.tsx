import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { Asset } from '../../api/types.ts'
import { useAssets } from '../../data/use-assets.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ColumnHead, TableHead } from '../../parts/table-head.tsx'
import { Time } from '../../parts/time.tsx'
import { useEndReached } from '../../parts/use-end-reached.ts'
import { text } from '../../strings/text.ts'
import { DagLinks } from './dag-links.tsx'

interface Props {
  readonly search: string | undefined
}

const rowPx = 36
const { datasets: words } = text
const columns = 'grid items-center gap-x-4 px-4 grid-cols-[minmax(0,1fr)_84px_56px] md:grid-cols-[minmax(0,3fr)_96px_64px_minmax(0,2fr)_minmax(0,2fr)]'

const Row = ({ asset, top }: { readonly asset: Asset; readonly top: number }) => (
  <div role="row" aria-label={asset.uri} className={`absolute inset-x-0 h-9 border-b hover:bg-hover ${columns}`} style={{ transform: `translateY(${top}px)` }}>
    <span role="cell" className="min-w-0 truncate">
      <Link
        to="/datasets/$datasetId"
        params={{ datasetId: String(asset.id) }}
        title={asset.uri}
        className="font-mono text-xs hover:text-accent hover:underline"
      >
        {asset.uri}
      </Link>
    </span>
    <span role="cell" className="text-soft">
      <Time at={asset.last_asset_event?.timestamp} />
    </span>
    <span role="cell" className="tabular text-right text-soft">
      {asset.event_count.toLocaleString('en')}
    </span>
    <span role="cell" className="truncate max-md:hidden">
      {asset.producing_tasks.length === 0 ? (
        <span className="text-faint">{words.outside}</span>
      ) : (
        <DagLinks dagIds={asset.producing_tasks.map((one) => one.dag_id)} />
      )}
    </span>
    <span role="cell" className="truncate max-md:hidden">
      <DagLinks dagIds={asset.scheduled_dags.map((one) => one.dag_id)} />
    </span>
  </div>
)

/** Datasets with their last event, what updates them and what they start. */
export const DatasetList = ({ search }: Props) => {
  const query = useAssets(search)
  const assets = query.data?.pages.flatMap((page) => page.assets) ?? []
  const total = query.data?.pages[0]?.total_entries
  const scroll = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({ count: assets.length, getScrollElement: () => scroll.current, estimateSize: () => rowPx, overscan: 16 })
  const items = virtual.getVirtualItems()
  useEndReached(items.at(-1)?.index ?? 0, assets.length, query.hasNextPage, query.isFetchingNextPage, query.fetchNextPage)
  if (query.error) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <div className="appear-late m-4 h-24 rounded bg-hover" />
  if (total === 0 && search) return <EmptyState title={words.noMatch} />
  if (total === 0) return <EmptyState title={words.noneTitle}>{words.noneText}</EmptyState>
  return (
    <div ref={scroll} className="h-full overflow-auto" role="table" aria-label={words.title} aria-rowcount={total ?? -1}>
      <TableHead columns={columns} sticky>
        <ColumnHead>{words.columns.uri}</ColumnHead>
        <ColumnHead>{words.columns.last}</ColumnHead>
        <ColumnHead className="text-right">{words.columns.events}</ColumnHead>
        <ColumnHead className="max-md:hidden">{words.columns.producers}</ColumnHead>
        <ColumnHead className="max-md:hidden">{words.columns.consumers}</ColumnHead>
      </TableHead>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const asset = assets[item.index]
          return asset && <Row key={asset.id} asset={asset} top={item.start} />
        })}
      </div>
    </div>
  )
}
