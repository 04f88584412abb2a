/** One random doing, carried out on a driver. */
import type { Command } from '../../schemas/generated/records.ts'
import { isBackfillOver } from '../../services/core/backfill-told.ts'
import type { Run, TaskInstance } from '../../services/core/column-state.ts'
import type { CreateBackfillArgs } from '../../services/core/command-args.ts'
import type { Event, Input } from '../../services/core/events.ts'
import { isRunFinished } from '../../services/core/states.ts'
import type { ColumnDriver } from './column-driver.ts'
import type { Doing } from './random-dag.ts'

export interface History {
  /** Inputs that were given so far, reports, commands and what the archive has: one given again must change nothing. */
  readonly inputs: Input[]
}

export const doIt = (d: ColumnDriver, dagId: string, { what, pick, more }: Doing, history: History): readonly Event[] => {
  const dag = d.dag(dagId)
  const runs = [...dag.runs.values()]
  const ids = [...dag.runs.keys(), ...dag.archived.keys()]
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
  const command = (kind: string, more: Partial<Command> = {}): readonly Event[] => {
    const input = d.commandInput({ dagId, kind, ...more })
    history.inputs.push(input)
    return d.give(input)
  }
  const report = (body: Parameters<ColumnDriver['report']>[2]): readonly Event[] => {
    if (!attempt) return []
    const { taskId, mapIndex, tryNumber, token } = attempt.task
    const input: Input = {
      kind: 'report',
      report: { dagId, runId: attempt.run.runId, taskId, mapIndex, tryNumber, token: token ?? '', at: d.now, by: 'w', body, start: null },
    }
    history.inputs.push(input)
    return d.give(input)
  }
  switch (what) {
    case 'succeed':
      return attempt ? report({ type: 'AttemptSucceeded', outlets: [], ...resultOf(attempt.run, attempt.task, more) }) : []
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
      const input = history.inputs[more % Math.max(1, history.inputs.length)]
      return input ? d.give(input) : []
    }
    case 'wait':
      return d.wait(more % 2000)
    case 'trigger':
      return ids.length < 4 ? command('trigger_run', { logicalDate: 1_000_000 * (1 + (more % 8)) }) : []
    case 'pause':
    case 'unpause':
      return command('set_paused', { paused: what === 'pause' })
    case 'archive': {
      // As the shell chooses them: nothing of the run is under way.
      const finished = runs.filter(({ state, moving }) => isRunFinished(state) && moving === 0)
      const run = finished[pick % Math.max(1, finished.length)]
      if (!run) return []
      const before = d.events.length
      history.inputs.push(d.archive(run))
      return d.events.slice(before)
    }
    case 'readBack':
      return d.readBack(dagId, more % 8 === 0 ? 'its record is gone' : undefined)
    case 'backfill': {
      const open = [...dag.backfills.values()].find(({ state }) => !isBackfillOver(state))
      if (!open) return command('create_backfill', { args: JSON.stringify(backfillOf(pick, more)) })
      const kinds = ['pause_backfill', 'resume_backfill', 'resume_backfill', 'cancel_backfill'] as const
      return command(kinds[more % kinds.length] ?? 'pause_backfill', { args: JSON.stringify({ backfillId: open.backfillId }) })
    }
    default: {
      const runId = ids[pick % Math.max(1, ids.length)]
      const taskIds = [...(dag.versions.get(dag.version)?.graph.tasks.keys() ?? [])]
      return runId === undefined ? [] : command(what === 'clear' ? 'clear' : 'mark', { args: JSON.stringify(argsOf(runId, taskIds, what, more)) })
    }
  }
}

const backfillOf = (pick: number, more: number): CreateBackfillArgs => {
  const from = 1 + (pick % 8)
  const reprocess = (['none', 'failed', 'completed', 'completed'] as const)[more % 4] ?? 'none'
  return { from: from * 1_000_000, to: (from + (more % 3)) * 1_000_000, reprocess, maxActiveRuns: 1 + (more % 2), newestFirst: (more >> 4) % 4 === 0 }
}

/** What a task of its kind would report: a branch some choice, a source of a map some length, mostly a result. */
const resultOf = (run: Run, task: TaskInstance, more: number) => {
  const { graph } = run.version
  const operator = graph.tasks.get(task.taskId)?.definition.operator
  const ids = [...graph.tasks.keys(), ...graph.groupRoots.keys(), ...(more % 11 === 0 ? ['nowhere'] : [])]
  const choice = operator === 'branch' ? ids.filter((_, i) => (more >> i) % 2 === 1) : more % 2 === 0 ? [] : null
  return {
    xcoms: more % 5 === 0 ? [] : [{ key: 'return_value', value: `${more}` }],
    chosen: operator === 'branch' || operator === 'short_circuit' ? choice : null,
    resultLength: more % 13 === 0 ? null : more % 4,
  }
}

const argsOf = (runId: string, taskIds: readonly string[], what: Doing['what'], more: number): object => {
  const bit = (n: number): boolean => (more >> n) % 2 === 1
  const selection = { runId, upstream: bit(3), downstream: bit(4), past: bit(5) && bit(6), future: bit(7) && bit(8) }
  const state = (['success', 'failed', 'skipped'] as const)[more % 3] ?? 'success'
  if (what === 'markRun') return { runId, wholeRun: true, state: state === 'skipped' ? 'failed' : state }
  const tasks = bit(9) ? {} : { tasks: [{ taskId: taskIds[more % taskIds.length] }] }
  return what === 'mark' ? { ...selection, ...tasks, state } : { ...selection, ...tasks, onlyFailed: bit(10) && bit(11), onlyRunning: bit(12) && bit(13) }
}
