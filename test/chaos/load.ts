/** Triggers runs without a pause, and goes on asking until each was taken: a run id and a logical date of our own make asking twice harmless. */

export interface Load {
  /** `dag/run` of every trigger that was accepted. */
  readonly accepted: readonly string[]
  /** No more runs; resolves when every trigger under way was accepted. */
  stop(): Promise<void>
}

export interface LoadOptions {
  readonly url: string
  readonly dagIds: readonly string[]
  readonly runsPerMinute: number
  readonly random: () => number
}

const answerWithinMs = 15_000
const pauseMs = 250

export const startLoad = (options: LoadOptions): Load => {
  const accepted: string[] = []
  const underWay = new Set<Promise<void>>()
  const since = Date.now()
  let count = 0
  const next = (): void => {
    const n = count++
    const dagId = options.dagIds[Math.floor(options.random() * options.dagIds.length)] ?? ''
    const work = triggerUntilTaken(options.url, dagId, `c${n}`, new Date(since - 86_400_000 + n * 1000)).then(() => {
      accepted.push(`${dagId}/c${n}`)
      underWay.delete(work)
    })
    underWay.add(work)
  }
  const timer = setInterval(next, 60_000 / options.runsPerMinute)
  return {
    accepted,
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
    },
  }
}

/** Resolves when the run exists: accepted now, or refused because an earlier asking, whose answer was lost, has made it. */
export const triggerUntilTaken = async (url: string, dagId: string, runId: string, logicalDate: Date): Promise<void> => {
  const body = JSON.stringify({ dag_run_id: runId, logical_date: logicalDate.toISOString() })
  for (;;) {
    const answer = await fetch(`${url}/api/v2/dags/${dagId}/dagRuns`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch(() => undefined)
    const text = await answer?.text().catch(() => undefined)
    if (text !== undefined && (answer?.ok || answer?.status === 409)) return
    if (answer !== undefined && answer.status < 500) throw new Error(`trigger of ${dagId}: ${answer.status} ${text}`)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
