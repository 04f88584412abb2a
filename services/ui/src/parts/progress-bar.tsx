import type { StateName } from '../states/state-order.ts'

interface Props {
  readonly label: string
  readonly done: number
  readonly total: number
  readonly parts: readonly { readonly state: StateName; readonly count: number }[]
}

/** How far something is: a segment for each state, hollow where it waits, the rest empty. */
export const ProgressBar = ({ label, done, total, parts }: Props) => (
  <div
    role="progressbar"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={total}
    aria-valuenow={done}
    title={label}
    className="flex h-2 w-full overflow-hidden rounded-full bg-line"
  >
    {parts.map(({ state, count }) => (
      <span
        key={state}
        data-state={state}
        className={state === 'running' ? 'state-pulse' : ''}
        style={{
          width: `${total === 0 ? 0 : (count / total) * 100}%`,
          background: state === 'queued' ? 'repeating-linear-gradient(90deg, var(--state) 0 2px, transparent 2px 4px)' : 'var(--state)',
          transition: 'width 0.2s',
        }}
      />
    ))}
  </div>
)
