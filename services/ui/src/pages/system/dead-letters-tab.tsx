import { getRouteApi } from '@tanstack/react-router'
import { useDeadLetters } from '../../data/use-dead-letters.ts'
import { Button } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { text } from '../../strings/text.ts'
import { DeadLetterList } from './dead-letter-list.tsx'

const route = getRouteApi('/workers/dead-letters')
const { deadLetters: words } = text.system

/** Records that a part of Millrace could not take, each with the reason. */
export const DeadLettersTab = () => {
  const { topic } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useDeadLetters({ topic })
  const letters = query.data?.pages.flatMap((page) => page.dead_letters) ?? []
  const total = query.data?.pages[0]?.total_entries
  return (
    <>
      <title>{`${words.title} · ${text.product}`}</title>
      <div className="flex items-center gap-3 px-4 py-2.5">
        <h1 className="text-lg font-semibold">{words.title}</h1>
        <span className="tabular text-faint">{total ? words.count(total) : ''}</span>
        {topic && <Button onClick={() => void navigate({ search: {}, replace: true })}>{topic} ✕</Button>}
      </div>
      {query.error && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <div className="appear-late mx-4 h-24 rounded bg-hover" />}
      {total === 0 && <EmptyState title={words.none}>{words.noneText}</EmptyState>}
      {letters.length > 0 && <DeadLetterList letters={letters} onTopic={(next) => void navigate({ search: { topic: next }, replace: true })} />}
      {query.hasNextPage && (
        <div className="flex justify-center p-3">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </>
  )
}
