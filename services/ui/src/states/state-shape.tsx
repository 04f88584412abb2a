import type { StateName } from './state-order.ts'

interface Props {
  readonly state: StateName
  readonly tryNumber?: number | undefined
}

const ring = { cx: 8, cy: 8, r: 5.75, stroke: 'currentColor', strokeWidth: 1.5 } as const

/** The shapes of UI.md inside a 16 by 16 box, in the current colour. */
export const StateShape = ({ state, tryNumber }: Props) => {
  switch (state) {
    case 'success':
      return <circle cx="8" cy="8" r="6.5" fill="currentColor" />
    case 'running':
      return (
        <>
          <circle {...ring} strokeWidth={2} opacity={0.3} />
          <path className="state-turn" d="M8 2.25A5.75 5.75 0 0 1 13.75 8" stroke="currentColor" strokeWidth={2.4} strokeLinecap="round" />
        </>
      )
    case 'restarting':
      return (
        <>
          <circle {...ring} strokeDasharray="9 9" className="state-turn" />
          <circle cx="8" cy="8" r="2" fill="currentColor" />
        </>
      )
    case 'queued':
      return <circle {...ring} />
    case 'scheduled':
      return <circle {...ring} strokeWidth={1.8} strokeDasharray="0.01 3.6" strokeLinecap="round" />
    case 'up_for_retry':
      return (
        <>
          <circle {...ring} r={6.25} />
          <text x="8" y="11" textAnchor="middle" fontSize="8.5" fontWeight="600" fill="currentColor">
            {tryNumber === undefined || tryNumber < 1 ? '↻' : Math.min(tryNumber, 99)}
          </text>
        </>
      )
    case 'up_for_reschedule':
      return (
        <>
          <circle {...ring} strokeDasharray="2.4 1.8" />
          <path d="M8 2.25a5.75 5.75 0 0 0 0 11.5z" fill="currentColor" />
        </>
      )
    case 'deferred':
      return (
        <>
          <circle {...ring} />
          <path d="M2.25 8a5.75 5.75 0 0 0 11.5 0z" fill="currentColor" />
        </>
      )
    case 'failed':
      return <path d="M10.9 2.18 8 8l6-1.9A6.5 6.5 0 1 1 10.9 2.18z" fill="currentColor" />
    case 'upstream_failed':
      return (
        <>
          <circle {...ring} strokeWidth={1.6} />
          <path d="M8 5v3.4M8 10.9v.1" stroke="currentColor" strokeWidth={1.6} strokeLinecap="round" />
        </>
      )
    case 'skipped':
      return <path d="M4.2 12.6 11.8 3.4" stroke="currentColor" strokeWidth={2.4} strokeLinecap="round" />
    case 'removed':
      return <path d="M4.5 8h7" stroke="currentColor" strokeWidth={1.6} strokeLinecap="round" />
    case 'none':
      return null
    default:
      return state satisfies never
  }
}
