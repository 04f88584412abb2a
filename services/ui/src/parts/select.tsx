import { Icon } from './icon.tsx'

interface Props {
  readonly label: string
  readonly value: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly onChange: (value: string) => void
}

/** The browser's own list, dressed like a button; accented while it filters. */
export const Select = ({ label, value, options, onChange }: Props) => (
  <span className="relative inline-flex">
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={`h-7 max-w-48 appearance-none truncate rounded-md border bg-raised pr-6 pl-2.5 hover:bg-hover ${value === '' ? 'text-soft' : 'border-accent text-ink'}`}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
    <span className="pointer-events-none absolute inset-y-0 right-1.5 flex items-center text-faint">
      <Icon name="down" size={12} />
    </span>
  </span>
)
