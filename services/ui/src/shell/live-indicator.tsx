import { useSyncExternalStore } from 'react'
import { liveStatus } from '../live/live-status.ts'
import { text } from '../strings/text.ts'

const lateSeconds = 1

/** Whether what is shown is current: a full mark while it is, a hollow one and words when it is not. */
export const LiveIndicator = () => {
  const { connection, lagSeconds } = useSyncExternalStore(liveStatus.subscribe, liveStatus.get)
  const late = connection === 'open' && (lagSeconds === null || lagSeconds >= lateSeconds)
  const good = connection === 'open' && !late
  const words =
    connection === 'lost'
      ? text.live.lost
      : connection === 'connecting'
        ? text.live.connecting
        : lagSeconds === null
          ? text.live.noProjection
          : late
            ? text.live.behind(Math.round(lagSeconds))
            : text.live.label
  const tone = connection === 'lost' ? 'text-bad' : late ? 'text-warn' : 'text-soft'
  const mark = connection === 'lost' ? 'failed' : late ? 'up_for_retry' : good ? 'success' : 'queued'
  return (
    <span
      role="status"
      title={good ? text.live.current : late ? text.live.behindHint : words}
      className={`flex items-center gap-1.5 px-1.5 whitespace-nowrap ${tone}`}
    >
      <svg data-state={mark} width={8} height={8} viewBox="0 0 8 8" aria-hidden="true">
        <circle cx={4} cy={4} r={good ? 4 : 3} fill={good ? 'var(--state)' : 'none'} stroke="var(--state)" strokeWidth={good ? 0 : 2} />
      </svg>
      <span className={connection === 'lost' || late ? 'max-sm:text-xs' : 'max-sm:sr-only'}>{words}</span>
    </span>
  )
}
