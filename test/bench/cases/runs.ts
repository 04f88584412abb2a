/** Runs of a DAG triggered at once: from the first accepted trigger to the end of the last, in the journal and in Postgres. */
import type { Installation } from '../installation.ts'
import type { Observer } from '../observer.ts'

export interface RunsFigure {
  readonly journalMs: number
  readonly projectedMs: number
}

export const triggerAndWait = async (installation: Installation, observer: Observer, dagId: string, count: number): Promise<RunsFigure> => {
  const request = async (): Promise<{ runId: string; acceptedAt: number }> => {
    const response = await fetch(`${installation.url}/api/v2/dags/${dagId}/dagRuns`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    const body = (await response.json()) as { dag_run_id: string; queued_at: string; detail?: string }
    if (!response.ok) throw new Error(`trigger of ${dagId}: ${response.status} ${body.detail}`)
    // The answer waits for the projection; the run was accepted when it was queued, on this machine's clock.
    return { runId: body.dag_run_id, acceptedAt: Date.parse(body.queued_at) - performance.timeOrigin }
  }
  const accepted = await Promise.all(Array.from({ length: count }, request))
  const runIds = new Set(accepted.map((run) => run.runId))
  const since = Math.min(...accepted.map((run) => run.acceptedAt))
  const endedAt = await observer.untilEnded(dagId, runIds)
  const projectedAt = await observer.untilProjected(dagId, runIds)
  return { journalMs: endedAt - since, projectedMs: projectedAt - since }
}

export const unpauseDag = async (installation: Installation, dagId: string): Promise<void> => {
  for (;;) {
    const response = await fetch(`${installation.url}/api/v2/dags/${dagId}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"is_paused":false}',
    })
    if (response.ok) return
    if (response.status !== 404) throw new Error(`unpause ${dagId}: ${response.status} ${await response.text()}`)
    await new Promise((resolve) => setTimeout(resolve, 100)) // its file is being read
  }
}

/** One run of a DAG, with conf. */
export const triggerRun = async (installation: Installation, dagId: string, conf: object): Promise<void> => {
  const response = await fetch(`${installation.url}/api/v2/dags/${dagId}/dagRuns`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ conf }),
  })
  if (!response.ok) throw new Error(`trigger of ${dagId}: ${response.status} ${await response.text()}`)
}
