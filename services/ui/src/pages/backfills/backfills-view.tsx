import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import type { Backfill } from '../../api/types.ts'
import { useBackfills } from '../../data/use-backfills.ts'
import { Button } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Select } from '../../parts/select.tsx'
import { ColumnHead, TableHead } from '../../parts/table-head.tsx'
import { useEndReached } from '../../parts/use-end-reached.ts'
import { overlay } from '../../shell/overlay.ts'
import { text } from '../../strings/text.ts'
import { BackfillRow, backfillColumns } from './backfill-row.tsx'
import { backfillsSearch } from './backfills-search.ts'
import { CancelDialog } from './cancel-dialog.tsx'

type Search = ReturnType<typeof backfillsSearch>

interface Props {
  /** Left out: of all DAGs. */
  readonly dagId?: string
  readonly search: Search
  readonly onChange: (next: Search) => void
}

const rowPx = 44
const { backfills: words } = text

/** Backfills, newest first, each with how far it is and what can be done with it. */
export const BackfillsView = ({ dagId, search, onChange }: Props) => {
  const query = useBackfills({ dagId, active: search.only === undefined ? undefined : search.only === 'active' })
  const rows = query.data?.pages.flatMap((page) => page.backfills) ?? []
  const total = query.data?.pages[0]?.total_entries
  const [cancelling, setCancelling] = useState<Backfill>()
  const scroll = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => rowPx, overscan: 12 })
  const items = virtual.getVirtualItems()
  useEndReached(items.at(-1)?.index ?? 0, rows.length, query.hasNextPage, query.isFetchingNextPage, query.fetchNextPage)
  const filtered = search.only !== undefined
  const { columns } = words
  return (
    <div className="flex h-full flex-col">
      <search className="flex flex-wrap items-center gap-2 px-4 py-2.5">
        <Select
          label={words.activeFilter}
          value={search.only ?? ''}
          options={[
            { value: '', label: words.all },
            { value: 'active', label: words.active },
            { value: 'over', label: words.over },
          ]}
          onChange={(only) => onChange(backfillsSearch({ only }))}
        />
        <span className="tabular text-faint">{total === undefined ? '' : words.count(total)}</span>
        {dagId && (
          // In the header of the DAG, where there is room.
          <Button className="ml-auto sm:hidden" onClick={() => overlay.open({ backfill: dagId })}>
            {words.create}
          </Button>
        )}
      </search>
      {query.error && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <div className="appear-late mx-4 h-24 rounded bg-hover" />}
      {total === 0 && filtered && (
        <EmptyState title={words.noMatch}>
          <Button onClick={() => onChange({})}>{text.dags.clearFilters}</Button>
        </EmptyState>
      )}
      {total === 0 && !filtered && (
        <EmptyState title={words.noneTitle} command={dagId ? words.noneCommand.replace('<dag_id>', dagId) : words.noneCommand}>
          {words.noneText}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <div ref={scroll} className="min-h-0 flex-1 overflow-auto" role="table" aria-label={words.title} aria-rowcount={total ?? -1}>
          <TableHead columns={backfillColumns(!dagId)} sticky>
            <ColumnHead className="max-sm:invisible">{columns.state}</ColumnHead>
            {!dagId && <ColumnHead>{columns.dag}</ColumnHead>}
            <ColumnHead className="max-md:hidden">{columns.range}</ColumnHead>
            <ColumnHead>{columns.progress}</ColumnHead>
            <ColumnHead className="text-right max-lg:hidden">{columns.limit}</ColumnHead>
            <ColumnHead className="max-lg:hidden">{columns.created}</ColumnHead>
            <ColumnHead className="sr-only">{columns.actions}</ColumnHead>
          </TableHead>
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const row = rows[item.index]
              return row && <BackfillRow key={row.id} backfill={row} top={item.start} withDag={!dagId} onCancel={setCancelling} />
            })}
          </div>
        </div>
      )}
      {cancelling && <CancelDialog backfill={cancelling} onClose={() => setCancelling(undefined)} />}
    </div>
  )
}
