import { useId } from 'react'

interface Props<T extends string> {
  readonly value: T
  readonly options: readonly { readonly value: T; readonly label: string; readonly hint?: string }[]
  readonly onChange: (value: T) => void
}

/** One of a few, all in sight. */
export const RadioGroup = <T extends string>({ value, options, onChange }: Props<T>) => {
  const name = useId()
  return options.map((option) => (
    <label key={option.value} title={option.hint} className="inline-flex h-7 items-center gap-1.5 whitespace-nowrap">
      <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} className="size-3.5 accent-accent" />
      {option.label}
    </label>
  ))
}
