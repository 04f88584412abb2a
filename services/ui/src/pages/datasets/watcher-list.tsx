import type { Watcher } from '../../api/types.ts'
import { Time } from '../../parts/time.tsx'
import { StateIcon } from '../../states/state-icon.tsx'
import { text } from '../../strings/text.ts'

interface Props {
  readonly watchers: readonly Watcher[]
}

const words = text.datasets.watcher
const marks = { starting: 'scheduled', watching: 'running', waiting_for_topic: 'queued', unreachable: 'failed', failed: 'failed', silent: 'failed' } as const

/** Who watches a topic: where, its share, how far it is behind, and its last error. */
export const WatcherList = ({ watchers }: Props) => (
  <ul aria-live="polite">
    {watchers.map((one) => (
      <li key={`${one.incarnation}/${one.cluster}/${one.topic}`} className="border-b py-1.5">
        <p className="flex flex-wrap items-center gap-x-3">
          <span className="flex items-center gap-1.5">
            <StateIcon state={marks[one.state]} size={14} decorative />
            {words.states[one.state]}
          </span>
          <span className="font-mono text-xs">
            {one.cluster}/{one.topic}
          </span>
          <span className="tabular text-soft">{words.lagWords(one.lag)}</span>
          <span className="tabular text-soft">{words.made(one.messages, one.events)}</span>
          <span className="flex-1" />
          <span className="text-soft" title={one.incarnation}>
            {one.hostname} · {one.pid}
          </span>
          <span className="text-soft">
            <Time at={one.seen_at} />
          </span>
        </p>
        {one.error && (
          <p className="break-words text-bad">
            {one.error} {one.error_at && <Time at={one.error_at} />}
          </p>
        )}
      </li>
    ))}
  </ul>
)
