import { problemOf } from '../data/problem.ts'
import { text } from '../strings/text.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

interface Props {
  readonly error: unknown
  readonly title?: string
  readonly onRetry?: () => void
}

/** What failed, why, and what to do. */
export const ErrorNote = ({ error, title = text.errors.title, onRetry }: Props) => (
  <div role="alert" className="appear m-4 flex items-start gap-2.5 rounded-lg bg-bad-tint p-3">
    <span className="mt-0.5 text-bad">
      <Icon name="warning" />
    </span>
    <div className="min-w-0 flex-1">
      <p className="font-semibold text-bad">{title}</p>
      <p className="break-words text-ink">{problemOf(error).detail}</p>
    </div>
    {onRetry && <Button onClick={onRetry}>{text.retry}</Button>}
  </div>
)
