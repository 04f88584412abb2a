/** One random doing, carried out on a driver. */
import type { Run, TaskInstance } from '../../services/core/column-state.ts'
import type { Event, Input } from '../../services/core/events.ts'
import type { ColumnDriver } from './column-driver.ts'
import type { Doing } from './random-dag.ts'

export interface History {
  /** Inputs that were given so far: one given again must change nothing. */
  readonly reports: Input[]
}

export const doIt = (d: ColumnDriver, dagId: string, { what, pick, more }: Doing, history: History): readonly Event[] => {
  const runs = [...d.dag(dagId).runs.values()]
  const attempts = runs.flatMap((run) =>
    [...run.tasks.values()].flatMap((task) =>
      task.state === (what === 'fire' ? 'deferred' : 'queued') ||
      (what !== 'fire' && task.state === 'running') ||
      (what === 'lose' && task.state === 'deferred')
        ? [{ run, task }]
        : [],
    ),
  )
  const attempt = attempts[pick % Math.max(1, attempts.length)]
  const run = runs[pick % Math.max(1, runs.length)]
  const report = (body: Parameters<ColumnDriver['report']>[2]): readonly Event[] => {
    if (!attempt) return []
    const { taskId, mapIndex, tryNumber, token } = attempt.task
    const input: Input = {
      kind: 'report',
      report: { dagId, runId: attempt.run.runId, taskId, mapIndex, tryNumber, token: token ?? '', at: d.now, by: 'w', body, start: null },
    }
    history.reports.push(input)
    return d.give(input)
  }
  switch (what) {
    case 'succeed':
      return attempt ? report({ type: 'AttemptSucceeded', xcoms: [], outlets: [], ...resultOf(attempt.run, attempt.task, more) }) : []
    case 'fail':
    case 'failForGood':
      return report({ type: 'AttemptFailed', error: { type: 'Error', message: 'no', stack: null }, retryable: what === 'fail' })
    case 'skip':
      return report({ type: 'AttemptSkipped', message: 'no' })
    case 'lose':
      return report({ type: 'AttemptLost', reason: 'gone' })
    case 'start':
      return report({ type: 'AttemptStarted', hostname: 'h', pid: 1, rendered: null })
    case 'reschedule':
      return report({ type: 'AttemptRescheduled', nextPokeAt: d.now + 500 })
    case 'defer':
      return report({
        type: 'AttemptDeferred',
        trigger: '{"kind":"time","args":{}}',
        method: null,
        state: null,
        timeoutAt: more % 2 === 0 ? null : d.now + (more % 3000),
      })
    case 'fire':
      return report(
        more % 8 === 0
          ? { type: 'AttemptFailed', error: { type: 'Error', message: 'no', stack: null }, retryable: true }
          : { type: 'TriggerFired', event: `${more}` },
      )
    case 'again': {
      const input = history.reports[more % Math.max(1, history.reports.length)]
      return input ? d.give(input) : []
    }
    case 'wait':
      return d.wait(more % 2000)
    case 'trigger':
      return runs.length < 4 ? d.command({ dagId, kind: 'trigger_run', logicalDate: 1_000_000 * (1 + (more % 8)) }) : []
    case 'pause':
    case 'unpause':
      return d.command({ dagId, kind: 'set_paused', paused: what === 'pause' })
    default:
      return run ? d.command({ dagId, kind: what === 'clear' ? 'clear' : 'mark', args: JSON.stringify(argsOf(run, what, more)) }) : []
  }
}

/** What a task of its kind would report: a branch some choice, a source of a map some length. */
const resultOf = (run: Run, task: TaskInstance, more: number) => {
  const { graph } = run.version
  const operator = graph.tasks.get(task.taskId)?.definition.operator
  const ids = [...graph.tasks.keys(), ...graph.groupRoots.keys(), ...(more % 11 === 0 ? ['nowhere'] : [])]
  const choice = operator === 'branch' ? ids.filter((_, i) => (more >> i) % 2 === 1) : more % 2 === 0 ? [] : null
  return { chosen: operator === 'branch' || operator === 'short_circuit' ? choice : null, resultLength: more % 13 === 0 ? null : more % 4 }
}

const argsOf = (run: Run, what: Doing['what'], more: number): object => {
  const ids = [...run.version.graph.tasks.keys()]
  const bit = (n: number): boolean => (more >> n) % 2 === 1
  const selection = { runId: run.runId, upstream: bit(3), downstream: bit(4), past: bit(5) && bit(6), future: bit(7) && bit(8) }
  const state = (['success', 'failed', 'skipped'] as const)[more % 3] ?? 'success'
  if (what === 'markRun') return { runId: run.runId, wholeRun: true, state: state === 'skipped' ? 'failed' : state }
  const tasks = bit(9) ? {} : { tasks: [{ taskId: ids[more % ids.length] }] }
  return what === 'mark' ? { ...selection, ...tasks, state } : { ...selection, ...tasks, onlyFailed: bit(10) && bit(11), onlyRunning: bit(12) && bit(13) }
}
