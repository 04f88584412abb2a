import { useState } from 'react'
import { useStructure } from '../../../data/use-structure.ts'
import { ErrorNote } from '../../../parts/error-note.tsx'
import { text } from '../../../strings/text.ts'
import { SelectionPanel } from '../selection-panel.tsx'
import { useSelection } from '../use-selection.ts'
import { GraphView } from './graph-view.tsx'
import { useLayout } from './use-layout.ts'
import { useRunStates } from './use-run-states.ts'

/** The graph of the selected run's own version, with that run's states; details beside it. */
export const GraphTab = () => {
  const { dagId, runId, taskId, grid, select } = useSelection()
  const version = grid.data?.runs.find((run) => run.dag_run_id === runId)?.version ?? null
  const structure = useStructure(dagId, version)
  const layout = useLayout(structure.data)
  const states = useRunStates(dagId, runId)
  const [find, setFind] = useState('')
  const error = structure.error ?? layout.error
  return (
    <div className="flex h-full max-md:flex-col">
      <div className="relative min-h-0 min-w-0 flex-1" role="region" aria-label={text.graph.label}>
        {error && <ErrorNote error={error} title={text.graph.failed} onRetry={() => void structure.refetch()} />}
        {!error && !layout.data && <p className="appear-late p-4 text-soft">{text.graph.drawing}</p>}
        {structure.data && layout.data && (
          <GraphView structure={structure.data} layout={layout.data} states={states} selected={taskId} find={find} onSelect={(task) => select(runId, task)} />
        )}
        <input
          type="search"
          aria-label={text.graph.find}
          placeholder={text.graph.find}
          value={find}
          spellCheck={false}
          onChange={(event) => setFind(event.target.value)}
          className="absolute top-3 left-4 h-7 w-40 rounded-md border bg-raised px-2"
        />
      </div>
      <div className="min-h-0 w-[min(420px,40%)] shrink-0 overflow-hidden border-l max-md:h-[46%] max-md:w-auto max-md:border-t max-md:border-l-0">
        <SelectionPanel dagId={dagId} runId={runId} taskId={taskId} onSelect={select} />
      </div>
    </div>
  )
}
