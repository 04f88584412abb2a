import type { ReactNode } from 'react'

interface Props {
  /** The grid that the rows below have, too. */
  readonly columns: string
  /** It stays in sight above rows that scroll. */
  readonly sticky?: boolean
  readonly className?: string
  readonly children: ReactNode
}

/** The names of the columns of a list; of `ColumnHead`s. */
export const TableHead = ({ columns, sticky = false, className = '', children }: Props) => (
  <div role="row" className={`h-8 border-b text-xs text-faint ${sticky ? 'sticky top-0 z-10 bg-canvas' : ''} ${columns} ${className}`}>
    {children}
  </div>
)

/** `className`: where it stands, and from which width on it is there. */
export const ColumnHead = ({ className, children }: { readonly className?: string; readonly children: ReactNode }) => (
  <span role="columnheader" className={className}>
    {children}
  </span>
)
