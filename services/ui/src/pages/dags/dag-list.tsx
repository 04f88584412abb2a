import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { DagRow } from '../../api/types.ts'
import { ColumnHead, TableHead } from '../../parts/table-head.tsx'
import { useEndReached } from '../../parts/use-end-reached.ts'
import { text } from '../../strings/text.ts'
import { DagListRow, dagColumns } from './dag-list-row.tsx'

const rowPx = 36

interface Props {
  readonly rows: readonly DagRow[]
  readonly pending: boolean
  readonly hasMore: boolean
  readonly loadingMore: boolean
  readonly onMore: () => unknown
}

/** The rows in sight, of however many there are. */
export const DagList = ({ rows, pending, hasMore, loadingMore, onMore }: Props) => {
  const scroll = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    overscan: 12,
    getItemKey: (at) => rows[at]?.dag.dag_id ?? at,
  })
  const items = virtual.getVirtualItems()
  useEndReached(items.at(-1)?.index ?? 0, rows.length, hasMore, loadingMore, onMore)
  const { columns } = text.dags
  return (
    <div ref={scroll} className="min-h-0 flex-1 overflow-auto" aria-busy={pending}>
      <div role="table" aria-label={text.dags.title} aria-rowcount={rows.length + 1} className="min-w-0">
        <TableHead columns={dagColumns} sticky className="max-md:hidden">
          <ColumnHead className="sr-only">{columns.paused}</ColumnHead>
          <ColumnHead className="col-start-2">{columns.name}</ColumnHead>
          <ColumnHead>{columns.schedule}</ColumnHead>
          <ColumnHead>{columns.next}</ColumnHead>
          <ColumnHead>{columns.runs}</ColumnHead>
          <ColumnHead className="max-lg:hidden">{columns.owner}</ColumnHead>
          <ColumnHead className="max-xl:hidden">{columns.tags}</ColumnHead>
          <ColumnHead className="sr-only">{columns.actions}</ColumnHead>
        </TableHead>
        {pending && (
          <div className="appear-late space-y-2 p-4">
            {[70, 54, 62, 48].map((width) => (
              <div key={width} className="h-6 rounded bg-hover" style={{ width: `${width}%` }} />
            ))}
          </div>
        )}
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index]
            return row && <DagListRow key={item.key} row={row} top={item.start} />
          })}
        </div>
      </div>
    </div>
  )
}
