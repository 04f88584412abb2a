import { useState } from 'react'
import type { Pool } from '../../api/types.ts'
import { usePools } from '../../data/use-pools.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ColumnHead, TableHead } from '../../parts/table-head.tsx'
import { text } from '../../strings/text.ts'
import { PoolDeleteDialog } from './pool-delete-dialog.tsx'
import { PoolDialog } from './pool-dialog.tsx'
import { PoolRow, poolColumns } from './pool-row.tsx'

const { pools: words } = text.system

/** Every pool: its slots, what runs in it and what waits for it. */
export const PoolsTab = () => {
  const query = usePools()
  const [editing, setEditing] = useState<Pool | 'new'>()
  const [deleting, setDeleting] = useState<Pool>()
  const { columns } = words
  return (
    <>
      <title>{`${words.title} · ${text.product}`}</title>
      <div className="flex items-center gap-3 px-4 py-2.5">
        <h1 className="flex-1 text-lg font-semibold">{words.title}</h1>
        <Button look="main" onClick={() => setEditing('new')}>
          {words.create}
        </Button>
      </div>
      {query.error && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <div className="appear-late mx-4 h-24 rounded bg-hover" />}
      {query.data && (
        <div role="table" aria-label={words.title}>
          <TableHead columns={poolColumns}>
            <ColumnHead>{columns.pool}</ColumnHead>
            <ColumnHead>{columns.use}</ColumnHead>
            {([columns.running, columns.queued, columns.scheduled, columns.deferred] as const).map((name) => (
              <ColumnHead key={name} className="text-right max-md:hidden">
                {name}
              </ColumnHead>
            ))}
            <ColumnHead className="sr-only">{columns.actions}</ColumnHead>
          </TableHead>
          {query.data.pools.map((pool) => (
            <PoolRow key={pool.name} pool={pool} onEdit={setEditing} onDelete={setDeleting} />
          ))}
        </div>
      )}
      {editing && <PoolDialog pool={editing === 'new' ? null : editing} onClose={() => setEditing(undefined)} />}
      {deleting && <PoolDeleteDialog pool={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  )
}
