import { getRouteApi } from '@tanstack/react-router'
import { Button } from '../../parts/button.tsx'
import { overlay } from '../../shell/overlay.ts'
import { text } from '../../strings/text.ts'
import { BackfillsView } from './backfills-view.tsx'

const route = getRouteApi('/backfills')

/** Backfills of all DAGs. */
export const BackfillsPage = () => {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <div className="flex h-full flex-col">
      <title>{`${text.backfills.title} · ${text.product}`}</title>
      <div className="flex items-center gap-3 px-4 pt-3">
        <h1 className="flex-1 text-lg font-semibold">{text.backfills.title}</h1>
        <Button look="main" onClick={() => overlay.open({ backfill: null })}>
          {text.backfills.create}
        </Button>
      </div>
      <div className="min-h-0 flex-1">
        <BackfillsView search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
      </div>
    </div>
  )
}
