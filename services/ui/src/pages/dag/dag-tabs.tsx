import { Link } from '@tanstack/react-router'
import { text } from '../../strings/text.ts'

const tab =
  'relative flex h-9 items-center px-0.5 text-soft hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-0 aria-[current=page]:after:-bottom-px aria-[current=page]:after:h-0.5 aria-[current=page]:after:rounded aria-[current=page]:after:bg-ink'

interface Props {
  readonly dagId: string
}

const keep = (now: Record<string, unknown>) => ({ ...(now.run ? { run: String(now.run) } : {}), ...(now.task ? { task: String(now.task) } : {}) })

/** The views of a DAG. The selection goes along from one to the next. */
export const DagTabs = ({ dagId }: Props) => {
  const common = { params: { dagId }, search: keep, className: tab, activeOptions: { exact: true, includeSearch: false } } as const
  return (
    <nav aria-label={text.dag.tabsLabel} className="flex gap-5 border-b px-4">
      <Link to="/dags/$dagId" {...common}>
        {text.dag.tabs.grid}
      </Link>
      <Link to="/dags/$dagId/graph" {...common}>
        {text.dag.tabs.graph}
      </Link>
      <Link to="/dags/$dagId/runs" {...common}>
        {text.dag.tabs.runs}
      </Link>
      <Link to="/dags/$dagId/code" {...common}>
        {text.dag.tabs.code}
      </Link>
    </nav>
  )
}
