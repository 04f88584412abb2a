import { Link } from '@tanstack/react-router'
import { EmptyState } from '../parts/empty-state.tsx'
import { text } from '../strings/text.ts'

/** An address that belongs to no page. */
export const NotFoundPage = () => (
  <EmptyState title={text.errors.notFoundTitle}>
    <p>{text.errors.notFoundText}</p>
    <Link to="/dags" className="text-accent underline">
      {text.errors.toDags}
    </Link>
  </EmptyState>
)
