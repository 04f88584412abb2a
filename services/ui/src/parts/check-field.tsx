interface Props {
  readonly label: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  /** What it means, on hover. */
  readonly hint?: string
  readonly disabled?: boolean
}

/** A box to tick, with its words. */
export const CheckField = ({ label, checked, onChange, hint, disabled = false }: Props) => (
  <label title={hint} className={`inline-flex min-h-7 items-center gap-1.5 ${disabled ? 'opacity-50' : ''}`}>
    <input
      type="checkbox"
      checked={checked}
      disabled={disabled}
      onChange={(event) => onChange(event.target.checked)}
      className="size-3.5 shrink-0 accent-accent"
    />
    {label}
  </label>
)
