import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { Backfill } from '../../api/types.ts'
import { useChangeBackfill } from '../../data/use-change-backfill.ts'
import { exactTime } from '../../format/exact-time.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { ProgressBar } from '../../parts/progress-bar.tsx'
import { Time } from '../../parts/time.tsx'
import { useChoice } from '../../prefs/use-choice.ts'
import { zoneChoice } from '../../prefs/zone.ts'
import { StateIcon } from '../../states/state-icon.tsx'
import { text } from '../../strings/text.ts'
import { backfillParts, datesDone, datesLeft } from './backfill-parts.ts'

/** The columns of the list of backfills: of its head and of every row. */
export const backfillColumns = (withDag: boolean): string =>
  `grid items-center gap-x-4 px-4 ${
    withDag
      ? 'grid-cols-[16px_minmax(0,1fr)_minmax(130px,1fr)_60px] sm:grid-cols-[84px_minmax(0,1fr)_minmax(130px,1fr)_60px] md:grid-cols-[92px_minmax(0,2fr)_180px_minmax(120px,3fr)_60px] lg:grid-cols-[92px_minmax(0,2fr)_180px_minmax(140px,3fr)_56px_96px_60px]'
      : 'grid-cols-[16px_minmax(0,1fr)_60px] sm:grid-cols-[84px_minmax(0,1fr)_60px] md:grid-cols-[92px_180px_minmax(120px,1fr)_60px] lg:grid-cols-[92px_180px_minmax(140px,1fr)_56px_96px_60px]'
  }`

interface Props {
  readonly backfill: Backfill
  readonly top: number
  readonly withDag: boolean
  readonly onCancel: (backfill: Backfill) => void
}

const { backfills: words } = text
const marks = { running: 'running', paused: 'queued', cancelled: 'skipped', finished: 'success' } as const

const Row = ({ backfill, top, withDag, onCancel }: Props) => {
  const zone = useChoice(zoneChoice)
  const change = useChangeBackfill()
  const { progress, state } = backfill
  const parts = backfillParts(backfill)
  const done = datesDone(backfill)
  const isOver = state === 'cancelled' || state === 'finished'
  const left = datesLeft(backfill)
  const label = [...parts.map((part) => words.part(part.count, text.states[part.state])), ...(left > 0 ? [words.left(left)] : [])].join(', ')
  const day = (at: string): string => exactTime(Date.parse(at), zone).slice(0, 16)
  // Which runs of a finished backfill failed matters more than that it is over.
  const mark = state === 'finished' && progress.failed > 0 ? 'failed' : marks[state]
  return (
    <div
      role="row"
      aria-label={backfill.id}
      className={`absolute inset-x-0 h-11 border-b hover:bg-hover ${backfillColumns(withDag)}`}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" className="flex items-center gap-1.5">
        <StateIcon state={mark} decorative />
        <span className="max-sm:sr-only">{words.states[state]}</span>
      </span>
      {withDag && (
        <span role="cell" className="truncate">
          <Link to="/dags/$dagId/backfills" params={{ dagId: backfill.dag_id }} className="font-medium hover:text-accent hover:underline">
            {backfill.dag_display_name}
          </Link>
        </span>
      )}
      <span role="cell" className="tabular text-soft max-md:hidden">
        <span className="block leading-4">{day(backfill.from_date)}</span>
        <span className="block leading-4">{day(backfill.to_date)}</span>
      </span>
      <span role="cell" className="min-w-0">
        <ProgressBar label={label} done={done} total={progress.total} parts={parts} />
        <span className="tabular mt-0.5 flex gap-2 text-xs leading-4 text-soft">
          <span className="whitespace-nowrap">{words.progress(done, progress.total)}</span>
          {progress.failed > 0 && (
            <Link
              to="/dags/$dagId/runs"
              params={{ dagId: backfill.dag_id }}
              search={{ type: 'backfill', state: 'failed' }}
              className="truncate text-bad hover:underline"
            >
              {words.failedRuns(progress.failed)}
            </Link>
          )}
          {backfill.run_backwards && <span className="truncate max-sm:hidden">{words.newestFirstMark}</span>}
        </span>
      </span>
      <span role="cell" className="tabular text-right text-soft max-lg:hidden">
        {backfill.max_active_runs}
      </span>
      <span role="cell" className="text-soft max-lg:hidden">
        <Time at={backfill.created_at} />
      </span>
      <span role="cell" className="flex justify-end">
        {!isOver && (
          <>
            <Button
              look="quiet"
              square
              aria-label={state === 'paused' ? words.resume : words.pause}
              title={state === 'paused' ? words.resume : words.pause}
              disabled={change.isPending}
              onClick={() => change.mutate({ backfillId: backfill.id, change: state === 'paused' ? 'unpause' : 'pause' })}
            >
              <Icon name={state === 'paused' ? 'play' : 'pause'} size={14} />
            </Button>
            <Button look="quiet" square aria-label={words.cancel} title={words.cancel} onClick={() => onCancel(backfill)}>
              <Icon name="close" size={14} />
            </Button>
          </>
        )}
      </span>
    </div>
  )
}

/** One backfill of the list. */
export const BackfillRow = memo(Row)
