import { text } from '../strings/text.ts'
import { stateName } from './state-order.ts'
import { StateShape } from './state-shape.tsx'

interface Props {
  readonly state: string | null | undefined
  /** Shown inside `up_for_retry`. */
  readonly tryNumber?: number
  readonly size?: number
  /** Beside a word that says the same. */
  readonly decorative?: boolean
}

/** A state as colour and shape: the only place that draws one as a mark. */
export const StateIcon = ({ state, tryNumber, size = 16, decorative = false }: Props) => {
  const name = stateName(state)
  const label = text.states[name]
  return (
    <svg
      className="state-icon shrink-0"
      data-state={name}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      {...(decorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <StateShape state={name} tryNumber={tryNumber} />
    </svg>
  )
}
