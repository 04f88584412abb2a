import type { LogLine } from '../../../api/types.ts'
import type { InstanceName } from '../../../data/use-task-instance.ts'
import { Button } from '../../../parts/button.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { useChoice } from '../../../prefs/use-choice.ts'
import { text } from '../../../strings/text.ts'
import { downloadLog } from './download-log.ts'
import { timesChoice, wrapChoice } from './log-choices.ts'
import type { useLogSearch } from './use-log-search.ts'

interface Props {
  readonly name: InstanceName
  readonly tryNumber: number
  readonly lines: readonly LogLine[]
  readonly search: ReturnType<typeof useLogSearch>
  /** Left out: no line is an error. */
  readonly onFirstError: (() => void) | undefined
}

/** Search with its count, and how the lines are shown. */
export const LogToolbar = ({ name, tryNumber, lines, search, onFirstError }: Props) => {
  const wrap = useChoice(wrapChoice)
  const times = useChoice(timesChoice)
  return (
    <div className="flex h-10 shrink-0 items-center gap-1 border-b px-4">
      <span className="relative flex min-w-0 items-center max-sm:flex-1">
        <span className="pointer-events-none absolute left-2 text-faint">
          <Icon name="search" size={14} />
        </span>
        <input
          type="search"
          aria-label={text.log.search}
          placeholder={text.log.search}
          value={search.query}
          spellCheck={false}
          onChange={(event) => search.setQuery(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && search.step(event.shiftKey ? -1 : 1)}
          className="h-7 w-52 min-w-0 rounded-md border bg-raised pr-2 pl-7 max-sm:w-full"
        />
      </span>
      {search.query !== '' && (
        <>
          <span role="status" className="tabular px-1 whitespace-nowrap text-soft">
            {search.matches.length === 0 ? text.log.noMatches : text.log.matches(search.current + 1, search.matches.length)}
          </span>
          <Button look="quiet" square aria-label={text.log.previous} title={text.log.previous} onClick={() => search.step(-1)}>
            <Icon name="up" size={14} />
          </Button>
          <Button look="quiet" square aria-label={text.log.next} title={text.log.next} onClick={() => search.step(1)}>
            <Icon name="down" size={14} />
          </Button>
        </>
      )}
      <span className="flex-1 max-sm:hidden" />
      {onFirstError && (
        <Button look="quiet" className="text-bad max-sm:hidden" onClick={onFirstError}>
          {text.log.toError}
        </Button>
      )}
      <Button
        look="quiet"
        square
        aria-pressed={times === 'on'}
        aria-label={text.log.times}
        title={text.log.times}
        className={times === 'on' ? 'text-accent' : undefined}
        onClick={() => timesChoice.set(times === 'on' ? 'off' : 'on')}
      >
        <Icon name="clock" />
      </Button>
      <Button
        look="quiet"
        square
        aria-pressed={wrap === 'on'}
        aria-label={text.log.wrap}
        title={text.log.wrap}
        className={wrap === 'on' ? 'text-accent' : undefined}
        onClick={() => wrapChoice.set(wrap === 'on' ? 'off' : 'on')}
      >
        <Icon name="wrap" />
      </Button>
      <Button
        look="quiet"
        square
        aria-label={text.log.download}
        title={text.log.download}
        disabled={lines.length === 0}
        onClick={() => downloadLog(name, tryNumber, lines)}
      >
        <Icon name="download" />
      </Button>
    </div>
  )
}
