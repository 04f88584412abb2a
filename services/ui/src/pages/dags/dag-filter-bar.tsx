import { useCallback } from 'react'
import { useDagNames } from '../../data/use-dag-names.ts'
import { SearchField } from '../../parts/search-field.tsx'
import { Select } from '../../parts/select.tsx'
import { runStatesInOrder } from '../../states/state-order.ts'
import { text } from '../../strings/text.ts'
import { dagsSearch } from './dags-search.ts'

type Search = ReturnType<typeof dagsSearch>

interface Props {
  readonly search: Search
  readonly onChange: (next: Search) => void
}

/** The filters of the DAG list; their values stand in the address. */
export const DagFilterBar = ({ search, onChange }: Props) => {
  const { data: dags } = useDagNames()
  const tags = [...new Set([...(dags ?? []).flatMap((dag) => dag.tags), ...(search.tag ? [search.tag] : [])])].sort()
  const change = useCallback((part: Record<string, unknown>) => onChange(dagsSearch({ ...search, ...part })), [search, onChange])
  const onSearch = useCallback((q: string) => change({ q }), [change])
  return (
    <search className="flex flex-wrap items-center gap-2 max-sm:w-full">
      <SearchField label={text.dags.search} value={search.q ?? ''} onChange={onSearch} />
      <Select
        label={text.dags.stateFilter}
        value={search.state ?? ''}
        options={[{ value: '', label: text.dags.allStates }, ...runStatesInOrder.map((state) => ({ value: state, label: text.states[state] }))]}
        onChange={(state) => change({ state })}
      />
      {tags.length > 0 && (
        <Select
          label={text.dags.tagFilter}
          value={search.tag ?? ''}
          options={[{ value: '', label: text.dags.allTags }, ...tags.map((tag) => ({ value: tag, label: tag }))]}
          onChange={(tag) => change({ tag })}
        />
      )}
      <Select
        label={text.dags.pausedFilter}
        value={search.paused === undefined ? '' : String(search.paused)}
        options={[
          { value: '', label: text.dags.activeAndPaused },
          { value: 'false', label: text.dags.active },
          { value: 'true', label: text.dags.paused },
        ]}
        onChange={(value) => change({ paused: value === '' ? undefined : value === 'true' })}
      />
      <label className="flex h-7 items-center gap-1.5 whitespace-nowrap text-soft">
        <input
          type="checkbox"
          className="size-3.5 accent-accent"
          checked={search.errors === true}
          onChange={(event) => change({ errors: event.target.checked || undefined })}
        />
        {text.dags.withErrors}
      </label>
    </search>
  )
}
