import type { ReactNode } from 'react'

interface Props {
  readonly children: ReactNode
}

/** Names and values in two aligned columns. */
export const Facts = ({ children }: Props) => <dl className="grid grid-cols-[112px_minmax(0,1fr)] gap-x-3">{children}</dl>

interface FactProps {
  readonly name: string
  readonly children: ReactNode
}

/** One name with its value. */
export const Fact = ({ name, children }: FactProps) => (
  <>
    <dt className="py-1 text-faint">{name}</dt>
    <dd className="min-w-0 py-1 break-words">{children}</dd>
  </>
)
