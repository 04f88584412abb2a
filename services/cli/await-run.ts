import type { DagRun } from '../../schemas/http/dag-runs.ts'
import { type Api, path } from './http/api.ts'
import { serverSentEvents } from './http/server-sent-events.ts'

const isOver = (run: DagRun): boolean => run.state === 'success' || run.state === 'failed'

/** The run when it is over. Waits for the live stream's events instead of asking again and again; a stream that ends is opened anew. */
export const awaitRun = async (api: Api, dagId: string, runId: string): Promise<DagRun> => {
  const look = (): Promise<DagRun> => api.get<DagRun>(path`/api/v2/dags/${dagId}/dagRuns/${runId}`)
  for (;;) {
    const stop = new AbortController()
    try {
      const events = serverSentEvents(await api.stream('/ui/live', { dag_id: dagId }, stop.signal))
      // Only now: an end between a look and the opening of the stream would be in neither.
      let run = await look()
      if (isOver(run)) return run
      for await (const { event, data } of events) {
        if (event !== 'reset' && !(event === 'run' && concerns(data, runId))) continue
        run = await look()
        if (isOver(run)) return run
      }
    } finally {
      stop.abort()
    }
  }
}

const concerns = (data: string, runId: string): boolean => (JSON.parse(data) as { readonly dag_run_id?: string }).dag_run_id === runId
