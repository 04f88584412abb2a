/** Tells the open pages that what the executor, the workers or the schedulers show has changed, or that there are new dead letters: none of that has an event. */
import { monitorParts } from '../../../schemas/http/live-events.ts'
import { ensureError } from '../../core/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { MonitorMarks } from '../queries/monitor-marks.ts'
import type { Committed } from './committed.ts'
import type { LiveHub } from './hub.ts'

export interface MonitorWatch {
  close(): void
}

const everyMs = 1_000

/** Looks at most once a second, only after a commit of the projection, and only while somebody listens. */
export const watchMonitor = ({
  read,
  hub,
  committed,
  clock,
  log,
}: {
  readonly read: () => Promise<MonitorMarks>
  readonly hub: LiveHub
  readonly committed: Committed
  readonly clock: Clock
  readonly log: Logger
}): MonitorWatch => {
  let told: MonitorMarks | null = null
  let cancel: (() => void) | null = null
  let again = false
  let open = true

  const look = async (): Promise<void> => {
    try {
      const now = await read()
      if (open) for (const part of monitorParts) if (told === null || told[part] !== now[part]) hub.tell({ event: 'monitor', dagId: null, data: { part } })
      told = now
    } catch (thrown) {
      log.debug({ error: ensureError(thrown).message }, 'the state of the parts cannot be read now; it is with the next commit')
    }
    if (!open) return
    cancel = clock.after(everyMs, () => {
      cancel = null
      if (again) begin()
    })
  }

  const begin = (): void => {
    again = false
    // Whoever comes later fetches first: what changed while nobody listened is no news.
    if (!hub.isHeard()) return
    cancel = () => {}
    void look()
  }

  const forget = committed.onChange(() => {
    if (cancel) again = true
    else begin()
  })
  return {
    close() {
      open = false
      forget()
      cancel?.()
    },
  }
}
