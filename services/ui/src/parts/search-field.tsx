import { useEffect, useState } from 'react'
import { Icon } from './icon.tsx'

interface Props {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

const settleMs = 150

/** A filter by text. It tells what was typed once the hand rests, so that the address and the list do not follow each key. */
export const SearchField = ({ label, value, onChange }: Props) => {
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => onChange(typed), settleMs)
    return () => clearTimeout(timer)
  }, [typed, value, onChange])
  return (
    <label className="relative inline-flex min-w-0 items-center">
      <span className="pointer-events-none absolute left-2 text-faint">
        <Icon name="search" size={14} />
      </span>
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        className="h-7 w-56 min-w-0 rounded-md border bg-raised pr-2 pl-7 max-sm:w-full"
      />
    </label>
  )
}
