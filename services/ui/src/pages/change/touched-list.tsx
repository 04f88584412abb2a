import type { UseQueryResult } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { TaskInstance, TaskInstances } from '../../api/types.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { StateIcon } from '../../states/state-icon.tsx'
import { stateName } from '../../states/state-order.ts'
import { text } from '../../strings/text.ts'
import { instanceLabel } from '../instance-label.ts'

interface Props {
  readonly touched: UseQueryResult<TaskInstances | null>
  /** The state they get, where it is one for all. */
  readonly becomes?: string
}

const rowPx = 26
const { changes } = text

/** The instances that a change would touch, as they stand now. Only those in sight are drawn: a clear of many runs names thousands. */
export const TouchedList = ({ touched, becomes }: Props) => {
  const scroll = useRef<HTMLDivElement>(null)
  const rows: readonly TaskInstance[] = touched.data?.task_instances ?? []
  const total = touched.data?.total_entries ?? 0
  const runs = new Set(rows.map((row) => row.dag_run_id)).size
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => rowPx, overscan: 8 })
  if (touched.error) return <ErrorNote error={touched.error} onRetry={() => void touched.refetch()} />
  return (
    <section aria-label={changes.touchedLabel} aria-busy={touched.isFetching}>
      <h3 role="status" className="mb-1 font-medium">
        {touched.data ? `${changes.touched(total)}${changes.touchedIn(runs)}` : <span className="appear-late text-soft">{changes.looking}</span>}
      </h3>
      <div
        ref={scroll}
        tabIndex={0}
        className={`h-52 overflow-y-auto rounded-md border bg-canvas py-1 transition-opacity ${touched.isPlaceholderData ? 'opacity-50' : ''}`}
      >
        {touched.data && total === 0 && <p className="px-3 py-1 text-soft">{changes.nothing}</p>}
        <ul className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]
            return (
              row && (
                <li key={row.id} className="absolute inset-x-0 flex h-[26px] items-center gap-2 px-3" style={{ transform: `translateY(${item.start}px)` }}>
                  <StateIcon state={row.state} tryNumber={row.try_number} size={14} />
                  {becomes && (
                    <>
                      <span aria-hidden="true" className="text-faint">
                        →
                      </span>
                      <StateIcon state={becomes} size={14} decorative />
                    </>
                  )}
                  <span className="max-w-[60%] shrink-0 truncate">{instanceLabel(row)}</span>
                  <span className="flex-1" />
                  {runs > 1 && <span className="min-w-0 truncate font-mono text-xs text-soft">{row.dag_run_id}</span>}
                  {runs <= 1 && <span className="text-soft">{text.states[stateName(row.state)]}</span>}
                </li>
              )
            )
          })}
        </ul>
      </div>
      {total > rows.length && rows.length > 0 && <p className="mt-1 text-soft">{changes.firstOnly(rows.length)}</p>}
    </section>
  )
}
