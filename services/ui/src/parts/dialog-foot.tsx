import type { ReactNode } from 'react'
import { text } from '../strings/text.ts'
import { Button } from './button.tsx'
import { CopyId } from './copy-id.tsx'

interface Props {
  readonly onClose: () => void
  /** The command line that does the same. */
  readonly command?: string | undefined
  readonly problem?: string | null
  /** The button that does it. */
  readonly children: ReactNode
}

/** The end of a form in a dialog: what went wrong, the same as a command, cancel and do it. */
export const DialogFoot = ({ onClose, command, problem, children }: Props) => (
  <>
    {problem && (
      <p role="alert" className="break-words text-bad">
        {problem}
      </p>
    )}
    <div className="flex items-center justify-between gap-3 max-sm:flex-col max-sm:items-stretch">
      <span className="flex min-w-0 text-soft" title={text.trigger.same}>
        {command && <CopyId value={command} what="command" />}
      </span>
      <span className="flex shrink-0 justify-end gap-2">
        <Button onClick={onClose}>{text.cancel}</Button>
        {children}
      </span>
    </div>
  </>
)
