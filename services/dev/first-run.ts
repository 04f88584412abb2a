import type { DagRun } from '../../schemas/http/dag-runs.ts'
import type { TaskInstance } from '../../schemas/http/task-instances.ts'
import { MillraceError } from '../core/errors.ts'
import { ask, until } from './api-client.ts'
import type { Terminal } from './terminal.ts'

const exampleDag = 'print_date'
const dagPath = `/api/v2/dags/${exampleDag}`
const parseTimeoutMs = 60_000
const runTimeoutMs = 300_000

const seconds = (duration: number | null): string => (duration === null ? '' : ` in ${duration.toFixed(duration < 10 ? 2 : 1)} s`)

const accepted = async (url: string, path: string, method: string, body: object): Promise<unknown> => {
  const answer = await ask(url, path, method, body)
  if (answer && answer.status < 300) return answer.body
  throw new MillraceError('no_answer', `${method} ${path} was answered ${answer ? `${answer.status} ${JSON.stringify(answer.body)}` : 'by nobody'}`)
}

/** A field of an answer that is a list, or undefined when the answer is another. */
const listOf = <T>(answer: Awaited<ReturnType<typeof ask>>, field: string): readonly T[] | undefined =>
  answer?.status === 200 ? ((answer.body as Record<string, readonly T[]>)[field] ?? []) : undefined

const isOver = (state: string | null): boolean => state === 'success' || state === 'failed' || state === 'skipped' || state === 'upstream_failed'

/**
 * Unpauses and runs the first example in a data directory that has no run of it yet, and tells each task's end. Later starts leave it as
 * the user has put it.
 */
export const runExample = async (url: string, terminal: Terminal, signal: AbortSignal): Promise<void> => {
  await until(`the parser publishes ${exampleDag}`, parseTimeoutMs, signal, async () => ((await ask(url, dagPath))?.status === 200 ? true : undefined))
  const earlier = await until(`the runs of ${exampleDag}`, 15_000, signal, async () => listOf<DagRun>(await ask(url, `${dagPath}/dagRuns?limit=1`), 'dag_runs'))
  if (earlier.length > 0) return
  terminal.say(`running the first example, ${exampleDag}`)
  await accepted(url, dagPath, 'PATCH', { is_paused: false })
  const { dag_run_id: runId } = (await accepted(url, `${dagPath}/dagRuns`, 'POST', {})) as DagRun
  const runPath = `${dagPath}/dagRuns/${encodeURIComponent(runId)}`
  const told = new Set<string>()
  const tellTasks = async () => {
    for (const task of listOf<TaskInstance>(await ask(url, `${runPath}/taskInstances`), 'task_instances') ?? []) {
      if (!isOver(task.state) || told.has(task.task_id)) continue
      told.add(task.task_id)
      terminal.say(`  ${terminal.paint(task.state === 'success' ? 'green' : 'red', task.state ?? '')} ${task.task_id}${seconds(task.duration)}`)
    }
  }
  const run = await until(`the end of the run ${runId}`, runTimeoutMs, signal, async () => {
    await tellTasks()
    const answer = await ask(url, runPath)
    const now = answer?.status === 200 ? (answer.body as DagRun) : undefined
    return now && isOver(now.state) ? now : undefined
  })
  await tellTasks()
  terminal.say(
    `${terminal.paint(run.state === 'success' ? 'green' : 'red', run.state)} ${exampleDag} ${runId}${seconds(run.duration)}: ${url}/dags/${exampleDag}`,
  )
}
