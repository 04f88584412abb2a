import { Link } from '@tanstack/react-router'
import { text } from '../../strings/text.ts'
import { tabLook } from '../tab-look.ts'

interface Props {
  readonly dagId: string
}

const keep = (now: Record<string, unknown>) => ({ ...(now.run ? { run: String(now.run) } : {}), ...(now.task ? { task: String(now.task) } : {}) })

/** The views of a DAG. The selection goes along from one to the next. */
export const DagTabs = ({ dagId }: Props) => {
  const common = { params: { dagId }, search: keep, className: tabLook, activeOptions: { exact: true, includeSearch: false } } as const
  return (
    <nav aria-label={text.dag.tabsLabel} className="flex gap-5 overflow-x-auto overflow-y-hidden border-b px-4">
      <Link to="/dags/$dagId" {...common}>
        {text.dag.tabs.grid}
      </Link>
      <Link to="/dags/$dagId/graph" {...common}>
        {text.dag.tabs.graph}
      </Link>
      <Link to="/dags/$dagId/runs" {...common}>
        {text.dag.tabs.runs}
      </Link>
      <Link to="/dags/$dagId/backfills" {...common}>
        {text.dag.tabs.backfills}
      </Link>
      <Link to="/dags/$dagId/datasets" {...common}>
        {text.dag.tabs.datasets}
      </Link>
      <Link to="/dags/$dagId/code" {...common}>
        {text.dag.tabs.code}
      </Link>
      <Link to="/dags/$dagId/versions" {...common}>
        {text.dag.tabs.versions}
      </Link>
    </nav>
  )
}
