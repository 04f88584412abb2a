import { exactTime } from '../../format/exact-time.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { text } from '../../strings/text.ts'

interface Props {
  /** The DAG's, in which the form is written, too. */
  readonly zone: string
  /** null: the form is not filled in. */
  readonly dates: {
    readonly data?: { readonly backfills: readonly { readonly logical_date: string }[]; readonly total_entries: number } | undefined
    readonly error: unknown
    readonly isPlaceholderData: boolean
  } | null
}

const mostListed = 200
const { backfills: words } = text

/** The dates that a backfill would run, before it does. */
export const BackfillDates = ({ dates, zone }: Props) => {
  if (dates?.error) return <ErrorNote error={dates.error} />
  const listed = dates?.data?.backfills.slice(0, mostListed) ?? []
  const total = dates?.data?.total_entries ?? 0
  return (
    <section aria-label={words.datesLabel}>
      <h3 role="status" className="mb-1 min-h-5 font-medium">
        {dates?.data ? words.dates(total) : ''}
      </h3>
      <div
        tabIndex={0}
        className={`h-28 overflow-y-auto rounded-md border bg-canvas px-3 py-1.5 transition-opacity ${dates?.isPlaceholderData ? 'opacity-50' : ''}`}
      >
        {!dates && <p className="text-soft">{words.datesHint}</p>}
        {dates?.data && total === 0 && <p className="text-soft">{words.noDates}</p>}
        <ol className="flex flex-wrap gap-x-4">
          {listed.map((one) => (
            <li key={one.logical_date} className="tabular">
              {exactTime(Date.parse(one.logical_date), zone).slice(0, 16)}
            </li>
          ))}
          {total > listed.length && listed.length > 0 && <li className="text-soft">…</li>}
        </ol>
      </div>
    </section>
  )
}
