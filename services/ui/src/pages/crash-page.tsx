import { Button } from '../parts/button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { text } from '../strings/text.ts'

interface Props {
  readonly error: unknown
}

/** A component threw: what it said, and a way on. */
export const CrashPage = ({ error }: Props) => (
  <div className="p-4">
    <ErrorNote error={error} title={text.errors.crashed} />
    <div className="px-4">
      <Button onClick={() => window.location.reload()}>{text.errors.reload}</Button>
    </div>
  </div>
)
