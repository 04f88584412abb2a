import type { ReactNode } from 'react'

interface Props {
  readonly label: string
  readonly children: ReactNode
}

/** A group of fields behind its name, in a dialog. */
export const FieldRow = ({ label, children }: Props) => (
  <fieldset className="grid grid-cols-[96px_minmax(0,1fr)] items-start gap-x-3 max-sm:grid-cols-1">
    <legend className="sr-only">{label}</legend>
    <span aria-hidden="true" className="flex h-7 items-center text-faint max-sm:h-6">
      {label}
    </span>
    <div className="flex min-h-7 flex-wrap items-center gap-x-4">{children}</div>
  </fieldset>
)
