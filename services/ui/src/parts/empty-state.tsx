import type { ReactNode } from 'react'
import { CopyId } from './copy-id.tsx'

interface Props {
  readonly title: string
  readonly children?: ReactNode
  /** The command that is the next step. */
  readonly command?: string
}

/** Nothing is here: why, and what to do next. */
export const EmptyState = ({ title, children, command }: Props) => (
  <div className="appear flex flex-col items-center gap-2 px-4 py-16 text-center">
    <h2 className="text-base font-semibold">{title}</h2>
    {children && <div className="max-w-[52ch] text-soft">{children}</div>}
    {command && (
      <div className="mt-2 max-w-full rounded-md border bg-surface px-3 py-1.5">
        <CopyId value={command} what="command" />
      </div>
    )}
  </div>
)
