import { durationText, spanMs } from '../format/duration.ts'
import { useNow } from '../format/use-now.ts'

interface Props {
  readonly start: string | null | undefined
  readonly end: string | null | undefined
}

/** How long it took; while it lasts it counts on. */
export const Duration = ({ start, end }: Props) => {
  const now = useNow(Boolean(start) && !end)
  return <span className="tabular whitespace-nowrap">{durationText(spanMs(start, end, now))}</span>
}
