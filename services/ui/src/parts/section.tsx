import type { ReactNode } from 'react'

interface Props {
  readonly title: string
  readonly children: ReactNode
}

/** A part of a panel under its heading. */
export const Section = ({ title, children }: Props) => (
  <section aria-label={title} className="mt-4">
    <h3 className="mb-1 font-semibold">{title}</h3>
    {children}
  </section>
)
