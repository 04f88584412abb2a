import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useRef } from 'react'
import { useLog } from '../../../data/use-log.ts'
import type { InstanceName } from '../../../data/use-task-instance.ts'
import { Button } from '../../../parts/button.tsx'
import { useChoice } from '../../../prefs/use-choice.ts'
import { zoneChoice } from '../../../prefs/zone.ts'
import { text } from '../../../strings/text.ts'
import { timesChoice, wrapChoice } from './log-choices.ts'
import { LogRow } from './log-row.tsx'
import { LogToolbar } from './log-toolbar.tsx'
import { useLogSearch } from './use-log-search.ts'
import { useTail } from './use-tail.ts'
import './ansi.css'

const linePx = 20

interface Props {
  readonly name: InstanceName
  readonly tryNumber: number
  /** Read from its first line: nothing more comes, and nothing went wrong. Else the end is what matters. */
  readonly fromStart: boolean
}

/** The log of one try, as it is written. Only the lines in sight are drawn. */
export const LogViewer = ({ name, tryNumber, fromStart }: Props) => {
  const { lines, status } = useLog(name, tryNumber)
  const wrap = useChoice(wrapChoice) === 'on'
  const times = useChoice(timesChoice) === 'on'
  const zone = useChoice(zoneChoice)
  const scroll = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => linePx,
    overscan: 30,
    paddingStart: 6,
    paddingEnd: 10,
  })
  const tail = useTail(scroll, virtual, lines.length, !fromStart)
  const { leave } = tail
  const goTo = useCallback(
    (line: number) => {
      leave()
      virtual.scrollToIndex(line, { align: 'center' })
    },
    [virtual, leave],
  )
  const search = useLogSearch(lines, goTo)
  const firstError = lines.findIndex((line) => line.level === 'error')
  const foot = status === 'lost' ? text.log.lost : status === 'open' ? text.log.waiting : lines.length === 0 ? text.log.empty : text.log.ended
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <LogToolbar name={name} tryNumber={tryNumber} lines={lines} search={search} onFirstError={firstError < 0 ? undefined : () => goTo(firstError)} />
      <div
        ref={scroll}
        role="log"
        aria-label={text.log.label}
        aria-live="off"
        tabIndex={0}
        className="log min-h-0 flex-1 overflow-auto bg-canvas font-mono text-xs outline-offset-[-2px]"
      >
        <div className="relative" style={{ height: virtual.getTotalSize(), minWidth: wrap ? undefined : 'max-content' }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index]
            return (
              line && (
                <LogRow
                  key={line.line}
                  index={item.index}
                  top={item.start}
                  line={line}
                  measure={virtual.measureElement}
                  wrap={wrap}
                  times={times}
                  zone={zone}
                  query={search.query}
                  current={search.currentLine === item.index}
                />
              )
            )
          })}
        </div>
      </div>
      <div className="flex h-7 items-center gap-3 border-t px-4 text-xs text-faint">
        <span role="status" className={status === 'lost' ? 'text-bad' : undefined}>
          {foot}
        </span>
        <span className="flex-1" />
        <span className="tabular">{text.log.lines(lines.length)}</span>
      </div>
      {!tail.following && status === 'open' && (
        <Button className="appear absolute right-5 bottom-10 shadow-pop" onClick={tail.follow}>
          {tail.unseen > 0 ? text.log.newLines(tail.unseen) : text.log.follow} ↓
        </Button>
      )}
    </div>
  )
}
