import { Link } from '@tanstack/react-router'
import { Time } from '../../parts/time.tsx'
import { StateIcon } from '../../states/state-icon.tsx'
import { text } from '../../strings/text.ts'
import { instanceLabel } from '../instance-label.ts'

interface Props {
  readonly dagId: string
  readonly runId: string
  readonly facts: { readonly [name: string]: unknown }
}

interface Named {
  readonly task_id: string
  readonly map_index: number
  readonly state: string
}

const mostNamed = 20
const instants: ReadonlySet<string> = new Set(['at', 'since', 'until', 'last_seen'])

const isInstances = (value: unknown): value is readonly Named[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null && 'task_id' in one)

const FactValue = ({ dagId, name, value }: { readonly dagId: string; readonly name: string; readonly value: string }) => {
  const look = 'hover:text-accent hover:underline'
  if (instants.has(name)) return <Time at={value} />
  if (name === 'pool')
    return (
      <Link to="/workers/pools" className={look}>
        {value}
      </Link>
    )
  if (name === 'queue')
    return (
      <Link to="/workers" className={look}>
        {value}
      </Link>
    )
  if (name === 'backfill_id')
    return (
      <Link to="/dags/$dagId/backfills" params={{ dagId }} className={look}>
        {value}
      </Link>
    )
  return value
}

/** What a reason is made of: instances to go to, limits, instants. */
export const WaitFacts = ({ dagId, runId, facts }: Props) => {
  const named = Object.values(facts).find(isInstances) ?? []
  const run = typeof facts.run_id === 'string' ? facts.run_id : runId
  const rest = Object.entries(facts).filter(([, value]) => value !== null && (typeof value === 'number' || typeof value === 'string'))
  return (
    <>
      {rest.length > 0 && (
        <dl className="flex flex-wrap gap-x-3 text-xs text-soft">
          {rest.map(([name, value]) => (
            <div key={name} className="flex min-w-0 gap-1">
              <dt className="text-faint">{text.waits.facts[name] ?? name}</dt>
              <dd className="tabular truncate">
                <FactValue dagId={dagId} name={name} value={String(value)} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {named.length > 0 && (
        <ul className="mt-0.5 flex flex-wrap gap-x-3">
          {named.slice(0, mostNamed).map((one) => (
            <li key={`${one.task_id}[${one.map_index}]`} className="min-w-0">
              <Link
                to="/dags/$dagId/runs/$runId/tasks/$taskId"
                params={{ dagId, runId: run, taskId: one.task_id }}
                search={one.map_index < 0 ? {} : { map: one.map_index }}
                className="flex h-6 min-w-0 items-center gap-1.5 hover:text-accent hover:underline"
              >
                <StateIcon state={one.state} size={12} />
                <span className="truncate">{instanceLabel(one)}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
