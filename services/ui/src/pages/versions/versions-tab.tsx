import { getRouteApi, Link } from '@tanstack/react-router'
import { useVersionDiff, useVersions } from '../../data/use-versions.ts'
import { CopyId } from '../../parts/copy-id.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Select } from '../../parts/select.tsx'
import { Time } from '../../parts/time.tsx'
import { text } from '../../strings/text.ts'
import { selectionSearch } from '../dag/selection-search.ts'
import { VersionChanges } from './version-changes.tsx'

const route = getRouteApi('/dags/$dagId/versions')
const { versions: words } = text

/** The versions of a DAG, and what changed from one to another. */
export const VersionsTab = () => {
  const { dagId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useVersions(dagId)
  const all = query.data?.dag_versions ?? []
  const to = search.to ?? all[0]?.version_number
  const at = all.findIndex((one) => one.version_number === to)
  const from = search.from !== undefined && search.from !== to ? search.from : all[at + 1]?.version_number
  const diff = useVersionDiff(dagId, from, to)
  const shown = all[at]
  if (query.error) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
  return (
    <div className="flex h-full max-md:flex-col">
      <nav aria-label={words.title} className="w-60 shrink-0 overflow-y-auto border-r p-2 max-md:h-36 max-md:w-auto max-md:border-r-0 max-md:border-b">
        {all.map((one, n) => (
          <Link
            key={one.id}
            to="/dags/$dagId/versions"
            params={{ dagId }}
            search={{ ...selectionSearch(search), to: one.version_number }}
            replace
            aria-current={one.version_number === to ? 'true' : undefined}
            className={`flex h-8 items-center gap-2 rounded-md px-2 ${one.version_number === to ? 'bg-selected font-medium' : 'hover:bg-hover'}`}
          >
            <span className="tabular">{words.version(one.version_number)}</span>
            {n === 0 && <span className="text-xs font-normal text-faint">{words.newest}</span>}
            <span className="flex-1" />
            <span className="font-normal text-soft">
              <Time at={one.created_at} />
            </span>
          </Link>
        ))}
      </nav>
      <div className="min-h-0 min-w-0 flex-1 overflow-y-auto px-4 pt-3 pb-8">
        {shown && (
          <div className="mb-3 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
            <h2 className="text-base font-semibold">{words.version(shown.version_number)}</h2>
            <CopyId value={shown.id} what={text.dag.version} shown={shown.id.slice(0, 12)} />
            <span className="text-soft">
              <Time at={shown.created_at} exact />
            </span>
            <span className="flex-1" />
            {from !== undefined && (
              <span className="flex items-center gap-2 text-soft">
                {words.comparedWith}
                <Select
                  label={words.comparedWith}
                  value={String(from)}
                  options={all
                    .filter((one) => one.version_number !== to)
                    .map((one) => ({ value: String(one.version_number), label: words.version(one.version_number) }))}
                  onChange={(value) => void navigate({ replace: true, search: (now) => ({ ...now, to: shown.version_number, from: Number(value) }) })}
                />
              </span>
            )}
          </div>
        )}
        {shown && from === undefined && <p className="text-soft">{words.first}</p>}
        {diff.error && <ErrorNote error={diff.error} onRetry={() => void diff.refetch()} />}
        {diff.data && <VersionChanges diff={diff.data} />}
      </div>
    </div>
  )
}
