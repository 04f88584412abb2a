import { memo } from 'react'
import type { LogLine } from '../../../api/types.ts'
import { clockTime, exactTime, type Zone } from '../../../format/exact-time.ts'
import { classNames } from '../../../parts/class-names.ts'
import { text } from '../../../strings/text.ts'
import { ansiHtml } from './ansi-html.ts'
import { markedPieces, plainLine } from './log-pieces.ts'

const levelTone: Record<string, string> = { error: 'text-bad', warning: 'text-warn', debug: 'text-faint', info: 'text-soft' }

interface Props {
  readonly index: number
  readonly top: number
  readonly line: LogLine
  readonly measure: (element: HTMLElement | null) => void
  readonly wrap: boolean
  readonly times: boolean
  readonly zone: Zone
  readonly query: string
  readonly current: boolean
}

const Words = ({ event, query }: { readonly event: string; readonly query: string }) => {
  if (query !== '') {
    const pieces = markedPieces(plainLine(event), query)
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces never move within their line.
    return pieces.map((piece, at) => (piece.match ? <mark key={at}>{piece.text}</mark> : <span key={at}>{piece.text}</span>))
  }
  if (!event.includes('\u001b')) return event
  // biome-ignore lint/security/noDangerouslySetInnerHtml: ansi-html.ts escapes everything but its own spans; a test feeds it markup.
  return <span dangerouslySetInnerHTML={{ __html: ansiHtml(event) }} />
}

const Row = ({ index, top, line, measure, wrap, times, zone, query, current }: Props) => {
  const at = line.timestamp === null ? null : Date.parse(line.timestamp)
  const tone = line.level === 'error' ? 'bg-bad-tint' : line.level === 'warning' ? 'bg-warn-tint' : undefined
  return (
    <div
      ref={measure}
      data-index={index}
      className={classNames('absolute top-0 left-0 flex w-full gap-3 px-4 leading-5', tone, current && 'outline outline-1 outline-focus -outline-offset-1')}
      style={{ transform: `translateY(${top}px)` }}
    >
      {times && (
        <span className="tabular shrink-0 text-faint select-none" title={at === null ? undefined : exactTime(at, zone)}>
          {at === null ? '            ' : clockTime(at, zone)}
        </span>
      )}
      <span className={classNames('w-[5ch] shrink-0 select-none max-sm:hidden', levelTone[line.level])}>
        {text.log.levels[line.level as keyof typeof text.log.levels] ?? line.level}
      </span>
      <span
        className={classNames(
          'min-w-0',
          wrap ? 'flex-1 break-words whitespace-pre-wrap [overflow-wrap:anywhere]' : 'whitespace-pre',
          line.stream === 'system' && 'text-soft',
          line.level === 'error' && 'text-bad',
        )}
      >
        {line.event === '' ? ' ' : <Words event={line.event} query={query} />}
      </span>
    </div>
  )
}

/** One line: time, level, words. */
export const LogRow = memo(Row)
