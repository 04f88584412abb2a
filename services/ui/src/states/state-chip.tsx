import { text } from '../strings/text.ts'
import { StateIcon } from './state-icon.tsx'
import { stateName } from './state-order.ts'

interface Props {
  readonly state: string | null | undefined
  readonly tryNumber?: number
}

/** A state in words behind its mark. */
export const StateChip = ({ state, tryNumber }: Props) => (
  <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
    <StateIcon state={state} decorative {...(tryNumber === undefined ? {} : { tryNumber })} />
    <span className="leading-5">{text.states[stateName(state)]}</span>
  </span>
)
