import { Link } from '@tanstack/react-router'
import { text } from '../strings/text.ts'

interface Props {
  readonly dagId: string
  /** The run between, on a task's page. */
  readonly runId?: string
  /** The page itself. */
  readonly here: string
}

const Slash = () => (
  <span aria-hidden="true" className="text-faint">
    /
  </span>
)

/** Where this page stands, and the way up. */
export const Crumbs = ({ dagId, runId, here }: Props) => (
  <nav className="flex min-w-0 items-baseline gap-1.5">
    <Link to="/dags" className="text-faint hover:text-accent max-sm:hidden">
      {text.nav.dags}
    </Link>
    <span className="max-sm:hidden">
      <Slash />
    </span>
    <Link to="/dags/$dagId" params={{ dagId }} search={runId ? { run: runId } : {}} className="shrink-0 text-soft hover:text-accent">
      {dagId}
    </Link>
    {runId && (
      <>
        <Slash />
        <Link to="/dags/$dagId/runs/$runId" params={{ dagId, runId }} title={runId} className="min-w-12 truncate font-mono text-xs text-soft hover:text-accent">
          {runId}
        </Link>
      </>
    )}
    <Slash />
    <h1 className="max-w-full shrink-0 truncate text-base font-semibold" title={here}>
      {here}
    </h1>
  </nav>
)
