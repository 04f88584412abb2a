import { classNames } from './class-names.ts'

interface Props {
  readonly on: boolean
  readonly label: string
  readonly disabled?: boolean
  readonly onChange: (on: boolean) => void
}

/** An on/off switch with a name for readers that do not see it. */
export const Switch = ({ on, label, disabled = false, onChange }: Props) => (
  <button
    type="button"
    role="switch"
    aria-checked={on}
    aria-label={label}
    title={label}
    disabled={disabled}
    onClick={() => onChange(!on)}
    className={classNames(
      'relative h-4 w-7 shrink-0 rounded-full border transition-colors disabled:opacity-50',
      on ? 'border-ink bg-ink' : 'border-line-strong bg-transparent',
    )}
  >
    <span className={classNames('absolute top-[2px] size-[10px] rounded-full transition-[left]', on ? 'left-[14px] bg-canvas' : 'left-[2px] bg-line-strong')} />
  </button>
)
