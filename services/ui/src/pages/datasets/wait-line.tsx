import { Link } from '@tanstack/react-router'
import type { DagAssetWaits } from '../../api/types.ts'
import { Icon } from '../../parts/icon.tsx'
import { Time } from '../../parts/time.tsx'
import { text } from '../../strings/text.ts'

interface Props {
  readonly waits: DagAssetWaits
  /** On the DAG's own page its name says nothing. */
  readonly withDag?: boolean
}

const { datasets: words } = text

/** What waits for a DAG and what is missing, in words, and by dataset. */
export const WaitLine = ({ waits, withDag = true }: Props) => (
  <div className="py-1.5">
    <p className="flex flex-wrap items-baseline gap-x-2">
      {withDag && (
        <Link to="/dags/$dagId/datasets" params={{ dagId: waits.dag_id }} className="font-medium hover:text-accent hover:underline">
          {waits.dag_id}
        </Link>
      )}
      <span className="min-w-0 break-words">{waits.sentence}</span>
    </p>
    <ul className="flex flex-wrap gap-x-4 text-soft">
      {waits.assets.map((one) => (
        <li key={one.asset_id} className="flex min-w-0 items-baseline gap-1.5">
          <Link
            to="/datasets/$datasetId"
            params={{ datasetId: String(one.asset_id) }}
            title={one.uri}
            className="truncate font-mono text-xs hover:text-accent hover:underline"
          >
            {one.uri}
          </Link>
          <span className={`tabular whitespace-nowrap ${one.events > 0 ? 'text-ink' : 'text-faint'}`}>{words.waiting(one.events)}</span>
          {one.oldest && <Time at={one.oldest} />}
        </li>
      ))}
    </ul>
    <p className="text-xs text-soft">{words.mode(waits.events_mode)}</p>
    {(waits.is_paused || waits.is_due) && (
      <p className="flex items-center gap-1.5 text-soft">
        <Icon name={waits.is_paused ? 'pause' : 'clock'} size={14} />
        {waits.is_paused ? (waits.on_unpause === 'skip' ? words.pausedSkip : words.pausedConsume) : words.due}
      </p>
    )}
  </div>
)
