import { instanceKey, type Run } from '../../core/column-state.ts'
import type { Event } from '../../core/events.ts'
import type { LogLevel } from '../../sdk/runtime/attempt.ts'
import { type Colour, type Paint, timeOfDay } from '../log-line.ts'

/** What a person, or a program, sees of a test run. */
export interface RunReport {
  /** `instance`: the task's id, with its map index where it has one. */
  log(instance: string, level: LogLevel, text: string): void
  event(event: Event, run: Run): void
  end(run: Run): void
}

const colours: Readonly<Record<string, Colour>> = {
  success: 'green',
  failed: 'red',
  upstream_failed: 'red',
  up_for_retry: 'yellow',
  up_for_reschedule: 'yellow',
  skipped: 'grey',
}
const levelColours: Readonly<Record<LogLevel, Colour>> = { debug: 'grey', info: 'grey', warn: 'yellow', error: 'red' }

/** The end of each attempt is told, with how long it took; and what was settled without one. */
const isTold = (state: string): boolean => state in colours

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`

export const textReport = (print: (text: string) => void, paint: Paint, now: () => number): RunReport => {
  const startedAt = new Map<string, number>()
  return {
    log: (instance, level, text) => {
      for (const line of text.split('\n'))
        print(`${paint('grey', `${timeOfDay(now())} ${instance} |`)} ${level === 'info' ? line : paint(levelColours[level], line)}`)
    },
    event(event) {
      if (event.type !== 'TaskStateChanged') return
      const instance = instanceKey(event.taskId, event.mapIndex)
      if (event.state === 'running') startedAt.set(instance, now())
      if (!isTold(event.state)) return
      const since = startedAt.get(instance)
      startedAt.delete(instance)
      const facts = [
        since === undefined ? null : seconds(now() - since),
        event.state === 'up_for_retry' || event.tryNumber > 1 ? `try ${event.tryNumber}` : null,
        event.error ? `${event.error.type}: ${event.error.message.split('\n')[0]}` : event.reason,
        ...event.xcoms.filter(({ key }) => key === 'return_value').map(({ value }) => `returned ${value.length > 120 ? `${value.slice(0, 120)}...` : value}`),
      ].filter((fact) => fact !== null)
      print(`${paint('bold', instance)} ${paint(colours[event.state] ?? 'grey', event.state)}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`)
    },
    end(run) {
      const reason = run.runId && run.state === 'failed' ? `: ${failedTasks(run).join(', ')}` : ''
      print(`${paint('bold', `${run.dagId} ${run.runId}`)} ${paint(colours[run.state] ?? 'grey', run.state)}${reason}`)
    },
  }
}

const failedTasks = (run: Run): string[] =>
  [...run.tasks.values()].filter(({ state }) => state === 'failed' || state === 'upstream_failed').map(({ key, state }) => `${key} ${state}`)

/** One JSON object a line: `task` for each end of an attempt, `run` at last. Log lines go to stderr. */
export const jsonReport = (print: (text: string) => void, note: (text: string) => void): RunReport => ({
  log: (instance, level, text) => note(`${instance} | ${level}: ${text}`),
  event(event) {
    if (event.type !== 'TaskStateChanged' || !isTold(event.state)) return
    const { taskId, mapIndex, tryNumber, state, reason, error, xcoms } = event
    print(
      JSON.stringify({
        kind: 'task',
        task_id: taskId,
        map_index: mapIndex,
        try_number: tryNumber,
        state,
        reason,
        error,
        xcoms: Object.fromEntries(xcoms.map(({ key, value }) => [key, JSON.parse(value)])),
      }),
    )
  },
  end(run) {
    const tasks = Object.fromEntries([...run.tasks.values()].map(({ key, state }) => [key, state]))
    print(JSON.stringify({ kind: 'run', dag_id: run.dagId, dag_run_id: run.runId, state: run.state, tasks }))
  },
})
