import { Link } from '@tanstack/react-router'

interface Props {
  readonly dagIds: readonly string[]
}

/** DAGs by name, each once. */
export const DagLinks = ({ dagIds }: Props) =>
  [...new Set(dagIds)].map((dagId, at) => (
    <span key={dagId}>
      {at > 0 && ', '}
      <Link to="/dags/$dagId" params={{ dagId }} className="hover:text-accent hover:underline">
        {dagId}
      </Link>
    </span>
  ))
