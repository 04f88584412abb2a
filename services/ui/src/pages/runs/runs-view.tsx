import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useRef } from 'react'
import { useDagWaits } from '../../data/use-asset-waits.ts'
import { useRuns } from '../../data/use-runs.ts'
import { exactTime } from '../../format/exact-time.ts'
import { Button } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Icon } from '../../parts/icon.tsx'
import { SearchField } from '../../parts/search-field.tsx'
import { Select } from '../../parts/select.tsx'
import { ColumnHead, TableHead } from '../../parts/table-head.tsx'
import { useEndReached } from '../../parts/use-end-reached.ts'
import { useChoice } from '../../prefs/use-choice.ts'
import { zoneChoice } from '../../prefs/zone.ts'
import { runStatesInOrder } from '../../states/state-order.ts'
import { text } from '../../strings/text.ts'
import { RunGroups } from './run-groups.tsx'
import { RunRow, runColumns } from './run-row.tsx'
import { runsSearch, runTypesInOrder } from './runs-search.ts'

type Search = ReturnType<typeof runsSearch>

interface Props {
  /** Left out: runs of all DAGs, with a filter by name. */
  readonly dagId?: string
  readonly search: Search
  readonly onChange: (next: Search) => void
}

const rowPx = 32

/** A filtered list of runs, newest first. */
export const RunsView = ({ dagId, search, onChange }: Props) => {
  const query = useRuns({ dagId, dag: dagId ? undefined : search.dag, state: search.state, type: search.type, from: search.from, to: search.to })
  const mode = useDagWaits(dagId ?? '').data?.events_mode
  // A DAG with a run for each event makes more of them than anybody reads one by one.
  const byHour = dagId !== undefined && (search.by ?? (mode === 'each' ? 'hour' : 'run')) === 'hour'
  const zone = useChoice(zoneChoice)
  const runs = query.data?.pages.flatMap((page) => page.dag_runs) ?? []
  const total = query.data?.pages[0]?.total_entries
  const scroll = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({ count: runs.length, getScrollElement: () => scroll.current, estimateSize: () => rowPx, overscan: 16 })
  const items = virtual.getVirtualItems()
  useEndReached(items.at(-1)?.index ?? 0, runs.length, query.hasNextPage, query.isFetchingNextPage, query.fetchNextPage)
  const change = useCallback((part: Record<string, unknown>) => onChange(runsSearch({ ...search, ...part })), [search, onChange])
  const onDag = useCallback((dag: string) => change({ dag }), [change])
  const filtered = search.state !== undefined || search.type !== undefined || search.dag !== undefined || search.from !== undefined
  const { columns } = text.runs
  return (
    <div className="flex h-full flex-col">
      <search className="flex flex-wrap items-center gap-2 px-4 py-2.5">
        {!dagId && <SearchField label={text.runs.dagFilter} value={search.dag ?? ''} onChange={onDag} />}
        <Select
          label={text.runs.stateFilter}
          value={search.state ?? ''}
          options={[{ value: '', label: text.runs.allStates }, ...runStatesInOrder.map((state) => ({ value: state, label: text.states[state] }))]}
          onChange={(state) => change({ state })}
        />
        <Select
          label={text.runs.typeFilter}
          value={search.type ?? ''}
          options={[{ value: '', label: text.runs.allTypes }, ...runTypesInOrder.map((type) => ({ value: type, label: text.runTypes[type] }))]}
          onChange={(type) => change({ type })}
        />
        {dagId && (
          <Select
            label={text.runs.shownAs}
            value={byHour ? 'hour' : ''}
            options={[
              { value: '', label: text.runs.oneByOne },
              { value: 'hour', label: text.runs.byHour },
            ]}
            onChange={(by) => change({ by: by === 'hour' ? 'hour' : 'run', from: undefined, to: undefined })}
          />
        )}
        {search.from && (
          <Button aria-label={text.runs.anyTime} title={text.runs.anyTime} onClick={() => change({ by: undefined, from: undefined, to: undefined })}>
            <span className="tabular">{exactTime(Date.parse(search.from), zone).slice(0, 16)}</span>
            <Icon name="close" size={12} />
          </Button>
        )}
        <span className="tabular text-faint">{total === undefined ? '' : text.runs.count(total)}</span>
      </search>
      {query.error && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      {byHour && total !== 0 && <RunGroups dagId={dagId} search={search} />}
      {total === 0 && (
        <EmptyState
          title={filtered ? text.runs.noMatchTitle : text.runs.noneTitle}
          {...(filtered ? {} : { command: dagId ? `millrace dags trigger ${dagId}` : text.runs.noneCommand })}
        >
          {filtered ? <Button onClick={() => onChange({})}>{text.dags.clearFilters}</Button> : text.runs.noneText}
        </EmptyState>
      )}
      {total !== 0 && !byHour && (
        <div ref={scroll} className="min-h-0 flex-1 overflow-auto" role="table" aria-label={text.runs.title} aria-rowcount={total ?? -1}>
          <TableHead columns={runColumns(!dagId)} sticky>
            <ColumnHead className="max-sm:invisible">{columns.state}</ColumnHead>
            {!dagId && <ColumnHead>{columns.dag}</ColumnHead>}
            <ColumnHead>{columns.run}</ColumnHead>
            <ColumnHead className="max-md:hidden">{columns.type}</ColumnHead>
            <ColumnHead className="max-sm:hidden">{columns.started}</ColumnHead>
            <ColumnHead className="text-right">{columns.duration}</ColumnHead>
          </TableHead>
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const run = runs[item.index]
              return run && <RunRow key={`${run.dag_id}/${run.dag_run_id}`} run={run} top={item.start} withDag={!dagId} />
            })}
          </div>
        </div>
      )}
    </div>
  )
}
