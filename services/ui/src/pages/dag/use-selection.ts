import { getRouteApi } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useGrid } from '../../data/use-grid.ts'
import { present } from '../one-of.ts'

const route = getRouteApi('/dags/$dagId')

export const fewestRuns = 25

/** What is selected on this DAG's page. Without a choice in the address it is the newest run, and stays the newest when another begins. */
export const useSelection = () => {
  const { dagId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const show = search.show ?? fewestRuns
  const grid = useGrid(dagId, show)
  const runId = search.run ?? grid.data?.runs[0]?.dag_run_id
  const select = useCallback(
    (run: string | undefined, task: string | undefined) =>
      void navigate({
        to: '.',
        replace: true,
        search: (now: Record<string, unknown>) => present({ ...now, run, task, toRun: undefined, toTask: undefined }),
      }),
    [navigate],
  )
  const extend = useCallback(
    (toRun: string, toTask: string) =>
      void navigate({ to: '.', replace: true, search: (now: Record<string, unknown>) => present({ ...now, run: runId, toRun, toTask }) }),
    [navigate, runId],
  )
  const showMore = useCallback(
    (runs: 50 | 100 | 365) => void navigate({ to: '.', replace: true, search: (now: Record<string, unknown>) => ({ ...now, show: runs }) }),
    [navigate],
  )
  return { dagId, runId, taskId: search.task, toRun: search.toRun, toTask: search.toTask, show, grid, select, extend, showMore }
}
