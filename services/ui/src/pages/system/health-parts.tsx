import type { ReactNode } from 'react'
import { useHealth } from '../../data/use-health.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { StateIcon } from '../../states/state-icon.tsx'
import { text } from '../../strings/text.ts'

const { health: words } = text.system

interface PartProps {
  readonly name: string
  readonly status: string | null
  readonly children?: ReactNode
}

const Part = ({ name, status, children }: PartProps) => (
  <div className="min-w-0">
    <dt className="flex items-center gap-1.5">
      <StateIcon state={status === null ? 'queued' : status === 'healthy' ? 'success' : 'failed'} size={14} decorative />
      <span className="font-medium">{name}</span>
    </dt>
    <dd className="tabular truncate pl-5 text-soft">
      {status === null ? words.unknown : status === 'healthy' ? (children ?? words.healthy) : (children ?? words.unhealthy)}
    </dd>
  </div>
)

/** How each part of the installation is, and which columns stand still. */
export const HealthParts = () => {
  const { data, error, refetch } = useHealth()
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />
  const { parts } = words
  return (
    <section aria-label={words.title} className="min-h-20 border-b px-4 py-3">
      {data && (
        <dl className="grid grid-cols-[repeat(auto-fill,minmax(150px,1fr))] gap-x-4 gap-y-2">
          <Part name={parts.scheduler} status={data.scheduler.status}>
            {words.columns(data.scheduler.columns)}
          </Part>
          <Part name={parts.executor} status={data.executor.status} />
          <Part name={parts.workers} status={data.workers.alive > 0 ? 'healthy' : null}>
            {words.slots(data.workers.running, data.workers.slots)}
          </Part>
          <Part name={parts.triggerer} status={data.triggerer.status}>
            {data.triggerer.status === 'healthy' ? words.triggers(data.triggerer.running, data.triggerer.alive) : undefined}
          </Part>
          <Part name={parts.projection} status={data.projection.status}>
            {data.projection.lag_seconds === null ? undefined : words.lag(data.projection.lag_seconds)}
          </Part>
          <Part name={parts.metadatabase} status={data.metadatabase.status} />
        </dl>
      )}
      {data && data.scheduler.clock_off_seconds !== null && <p className="mt-2 text-warn">{words.clockOff(data.scheduler.clock_off_seconds)}</p>}
      {data && data.scheduler.stopped_columns.length > 0 && (
        <div role="alert" className="mt-3 rounded-lg bg-bad-tint p-3">
          <h2 className="font-semibold text-bad">{words.stopped(data.scheduler.stopped_columns.length)}</h2>
          <ul>
            {data.scheduler.stopped_columns.map(({ column, reason }) => (
              <li key={column} className="break-words">
                <span className="font-medium">{words.column(column)}</span>: {reason}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}
