import type { Pool } from '../../api/types.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { ProgressBar } from '../../parts/progress-bar.tsx'
import { text } from '../../strings/text.ts'

/** The columns of the list of pools. */
export const poolColumns =
  'grid items-center gap-x-4 px-4 grid-cols-[minmax(0,1fr)_minmax(110px,1fr)_64px] md:grid-cols-[minmax(0,2fr)_minmax(130px,2fr)_64px_64px_72px_64px_64px]'

interface Props {
  readonly pool: Pool
  readonly onEdit: (pool: Pool) => void
  readonly onDelete: (pool: Pool) => void
}

const { pools: words } = text.system
const builtIn = 'default_pool'

/** One pool: how full it is, and what stands in it by state. */
export const PoolRow = ({ pool, onEdit, onDelete }: Props) => {
  const taken = pool.running_slots
  const label = words.of(taken, pool.slots)
  const counts = [pool.running_slots, pool.queued_slots, pool.scheduled_slots, pool.deferred_slots]
  return (
    <div role="row" aria-label={pool.name} className={`min-h-11 border-b hover:bg-hover ${poolColumns}`}>
      <span role="cell" className="min-w-0 py-1">
        <span className="block truncate font-medium">{pool.name}</span>
        <span className="block truncate text-xs text-soft">
          {[pool.description, pool.include_deferred ? words.deferredCount : null].filter(Boolean).join(' · ')}
        </span>
      </span>
      <span role="cell" className="min-w-0">
        <ProgressBar label={label} done={taken} total={Math.max(pool.slots, 0)} parts={[{ state: 'running', count: pool.slots < 0 ? 0 : taken }]} />
        <span className="tabular text-xs text-soft">{label}</span>
      </span>
      {counts.map((count, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: four columns that never move.
        <span key={at} role="cell" className={`tabular text-right max-md:hidden ${count === 0 ? 'text-faint' : ''}`}>
          {count.toLocaleString('en')}
        </span>
      ))}
      <span role="cell" className="flex justify-end">
        <Button look="quiet" square aria-label={words.edit(pool.name)} title={words.edit(pool.name)} onClick={() => onEdit(pool)}>
          <Icon name="edit" size={14} />
        </Button>
        {pool.name !== builtIn && (
          <Button look="quiet" square aria-label={words.remove(pool.name)} title={words.remove(pool.name)} onClick={() => onDelete(pool)}>
            <Icon name="close" size={14} />
          </Button>
        )}
      </span>
    </div>
  )
}
