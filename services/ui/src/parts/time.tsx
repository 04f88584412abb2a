import { exactTime, zoneName } from '../format/exact-time.ts'
import { relativeTime } from '../format/relative-time.ts'
import { useSlowNow } from '../format/use-now.ts'
import { useChoice } from '../prefs/use-choice.ts'
import { zoneChoice } from '../prefs/zone.ts'

interface Props {
  readonly at: string | null | undefined
  /** The exact time as text, the relative one on hover. */
  readonly exact?: boolean
}

/** An instant: relative first, exact on hover, in the reader's zone or UTC. */
export const Time = ({ at, exact = false }: Props) => {
  const zone = useChoice(zoneChoice)
  const now = useSlowNow()
  if (!at) return <span className="text-faint">–</span>
  const ms = Date.parse(at)
  const precise = exactTime(ms, zone)
  const relative = relativeTime(ms, Math.max(now, Date.now() - 15_000))
  return (
    <time className="tabular whitespace-nowrap" dateTime={at} title={exact ? `${relative} · ${zoneName(zone)}` : `${precise} ${zoneName(zone)}`}>
      {exact ? precise : relative}
    </time>
  )
}
