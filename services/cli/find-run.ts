import { Argument } from 'commander'
import type { DagRun } from '../../schemas/http/dag-runs.ts'
import { MillraceError } from '../core/errors.ts'
import { type Api, path } from './http/api.ts'

export const runArgument = (): Argument => new Argument('<run>', 'run id, or `latest`')

/** The run of that id; `latest` is the one that was made last. */
export const findRun = async (api: Api, dagId: string, runId: string): Promise<DagRun> => {
  if (runId !== 'latest') return api.get<DagRun>(path`/api/v2/dags/${dagId}/dagRuns/${runId}`)
  const { dag_runs } = await api.get<{ readonly dag_runs: readonly DagRun[] }>(path`/api/v2/dags/${dagId}/dagRuns`, { order_by: '-queued_at', limit: 1 })
  const [run] = dag_runs
  if (run === undefined) throw new MillraceError('run_not_found', `${dagId} has no runs yet: millrace dags trigger ${dagId}`)
  return run
}
