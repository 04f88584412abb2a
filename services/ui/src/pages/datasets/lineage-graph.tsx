import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useDrawnAssets } from '../../data/use-assets.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { text } from '../../strings/text.ts'
import { GraphView } from '../dag/graph/graph-view.tsx'
import { useLayout } from '../dag/graph/use-layout.ts'
import type { NodeState } from '../dag/graph/use-run-states.ts'
import { lineageOf } from './lineage.ts'

const { datasets: words } = text
const noStates: ReadonlyMap<string, NodeState> = new Map()

interface Props {
  /** Only what concerns this DAG. */
  readonly dagId?: string
}

/** DAGs and the datasets between them, from left to right; a click goes there. */
export const LineageGraph = ({ dagId }: Props) => {
  const query = useDrawnAssets(dagId)
  const navigate = useNavigate()
  const [find, setFind] = useState('')
  const structure = useMemo(() => query.data && lineageOf(query.data.assets, { dag: words.graph.dag, dataset: words.dataset }), [query.data])
  const layout = useLayout(structure)
  const error = query.error ?? layout.error
  if (error) return <ErrorNote error={error} title={text.graph.failed} onRetry={() => void query.refetch()} />
  if (structure && structure.edges.length === 0) return <EmptyState title={words.graph.none} />
  const go = (node: string | undefined): void => {
    if (node?.startsWith('dataset ')) void navigate({ to: '/datasets/$datasetId', params: { datasetId: node.slice('dataset '.length) } })
    else if (node?.startsWith('dag ')) void navigate({ to: '/dags/$dagId', params: { dagId: node.slice('dag '.length) } })
  }
  return (
    <div className="relative h-full" role="region" aria-label={words.graph.label}>
      {structure && layout.data ? (
        <GraphView structure={structure} layout={layout.data} states={noStates} selected={undefined} find={find} onSelect={go} />
      ) : (
        <p className="appear-late p-4 text-soft">{text.graph.drawing}</p>
      )}
      <input
        type="search"
        aria-label={words.search}
        placeholder={words.search}
        value={find}
        spellCheck={false}
        onChange={(event) => setFind(event.target.value)}
        className="absolute top-3 left-4 h-7 w-48 rounded-md border bg-raised px-2"
      />
    </div>
  )
}
