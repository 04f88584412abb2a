import { Link } from '@tanstack/react-router'
import { useHealth } from '../data/use-health.ts'
import { Icon } from '../parts/icon.tsx'
import { text } from '../strings/text.ts'

const { health } = text.system

/** What must not be overlooked on any page: columns that stand still until somebody acts. */
export const AlertStrip = () => {
  const { data } = useHealth()
  const stopped = data?.scheduler.stopped_columns ?? []
  const [first] = stopped
  if (!first) return null
  return (
    <div role="alert" className="appear flex items-baseline gap-2 border-b bg-bad-tint px-4 py-1.5">
      <span className="self-center text-bad">
        <Icon name="warning" />
      </span>
      <strong className="shrink-0 font-semibold text-bad">{health.stopped(stopped.length)}</strong>
      <span className="min-w-0 flex-1 truncate" title={first.reason}>
        {health.column(first.column)}: {first.reason}
      </span>
      <Link to="/workers" className="shrink-0 text-accent hover:underline">
        {health.details}
      </Link>
    </div>
  )
}
