/** The public REST API as the end-to-end tests use it. */
import type { DagRun } from '../../schemas/http/dag-runs.ts'
import type { TaskInstance } from '../../schemas/http/task-instances.ts'
import { until } from './until.ts'

export interface ApiClient {
  unpause(dagId: string): Promise<void>
  trigger(dagId: string, body?: object): Promise<string>
  run(dagId: string, runId: string): Promise<DagRun>
  runs(dagId: string): Promise<readonly DagRun[]>
  tasks(dagId: string, runId: string): Promise<readonly TaskInstance[]>
  log(dagId: string, runId: string, taskId: string, tryNumber?: number): Promise<string>
  /** Waits for the end of a run; answers it. */
  ended(dagId: string, runId: string, limitMs?: number): Promise<DagRun>
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: object): Promise<T>
}

export const apiClient = (url: string): ApiClient => {
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`${url}${path}`, init)
    if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`)
    return response
  }
  const send = (method: string, path: string, body: object): Promise<Response> =>
    request(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const get = async <T>(path: string): Promise<T> => (await (await request(path)).json()) as T
  const runPath = (dagId: string, runId: string): string => `/api/v2/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}`
  const client: ApiClient = {
    get,
    post: async <T>(path: string, body: object) => (await (await send('POST', path, body)).json()) as T,
    unpause: async (dagId) => void (await send('PATCH', `/api/v2/dags/${dagId}`, { is_paused: false })),
    trigger: async (dagId, body = {}) => ((await (await send('POST', `/api/v2/dags/${dagId}/dagRuns`, body)).json()) as DagRun).dag_run_id,
    run: (dagId, runId) => get(runPath(dagId, runId)),
    runs: async (dagId) => (await get<{ dag_runs: DagRun[] }>(`/api/v2/dags/${dagId}/dagRuns?limit=100`)).dag_runs,
    tasks: async (dagId, runId) => (await get<{ task_instances: TaskInstance[] }>(`${runPath(dagId, runId)}/taskInstances?limit=1000`)).task_instances,
    log: async (dagId, runId, taskId, tryNumber = 1) =>
      (await request(`${runPath(dagId, runId)}/taskInstances/${taskId}/logs/${tryNumber}`, { headers: { accept: 'text/plain' } })).text(),
    async ended(dagId, runId, limitMs = 90_000) {
      let run = await client.run(dagId, runId)
      await until(
        `run ${runId} of ${dagId} ends`,
        async () => {
          // An API that was just killed answers again in a moment.
          run = await client.run(dagId, runId).catch(() => run)
          return run.state === 'success' || run.state === 'failed'
        },
        limitMs,
      )
      return run
    },
  }
  return client
}
