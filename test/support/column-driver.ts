/**
 * Given-when-then for the core: a column, a clock that the test moves, and the words of a worker. Each decision is also folded into a second
 * column, which must stay the same as the first: what is decided is what the journal says.
 */
import type { Command, Report } from '../../schemas/generated/records.ts'
import { type Column, type Dag, emptyColumn, instanceKey, type Run, type TaskInstance } from '../../services/core/column-state.ts'
import { decide } from '../../services/core/decide.ts'
import type { Event, Input } from '../../services/core/events.ts'
import { fold } from '../../services/core/evolve.ts'
import { normalDag } from '../../services/core/normal-dag.ts'
import { partsOf } from '../../services/core/snapshot.ts'
import type { TaskState } from '../../services/core/states.ts'

export interface TaskSpec {
  readonly taskId: string
  readonly upstream?: readonly string[]
  readonly [option: string]: unknown
}

export const at = (iso: string): number => Date.parse(iso)

export interface ColumnDriver {
  readonly column: Column
  readonly events: Event[]
  now: number
  give(input: Input): readonly Event[]
  adopt(dag: { readonly dagId: string; readonly tasks: readonly TaskSpec[]; readonly [option: string]: unknown }, version?: string): void
  remove(dagId: string): void
  unpause(dagId: string): void
  command(command: Partial<Command> & Pick<Command, 'dagId' | 'kind'>): readonly Event[]
  trigger(dagId: string, more?: Partial<Command>): Run
  report(run: Run, taskId: string, body: Report['body'], token?: string): readonly Event[]
  start(run: Run, taskId: string): void
  succeed(run: Run, taskId: string, value?: unknown): readonly Event[]
  fail(run: Run, taskId: string, retryable?: boolean): readonly Event[]
  /** Moves the clock and lets timers ring. */
  wait(ms: number): readonly Event[]
  dag(dagId: string): Dag
  task(run: Run, taskId: string): TaskInstance
  states(run: Run): Record<string, TaskState>
  /** Snapshot of the working column and of one that only folded what was decided. */
  bothSnapshots(): { readonly working: unknown; readonly folded: unknown }
}

const allParts = (column: Column): Record<string, unknown> => Object.fromEntries([...partsOf(column)].map(([name, part]) => [name, part()]))

export const columnDriver = (startedAt = '2026-01-10T12:00:00Z'): ColumnDriver => {
  const column = emptyColumn()
  const folded = emptyColumn()
  const events: Event[] = []
  let seq = 0
  let offset = 0
  let ids = 0
  const driver: ColumnDriver = {
    column,
    events,
    now: at(startedAt),
    give(input) {
      seq++
      let tokens = 0
      const decided = decide(column, input, { now: driver.now, token: () => `7.${seq}.${tokens++}` })
      if (decided.length > 0) {
        column.at = driver.now
        fold(folded, { at: driver.now, events: structuredClone(decided) })
      }
      events.push(...decided)
      return decided
    },
    adopt(spec, version = 'v1') {
      const parsed = normalDag(spec)
      if (!parsed.ok) throw new Error(parsed.problems.map((p) => `${p.path}: ${p.message}`).join('; '))
      const row = {
        dagId: spec.dagId,
        version,
        definition: JSON.stringify(spec),
        bundle: null,
        fileloc: null,
        source: null,
        publishedBy: 'test',
        publishedAt: 0,
      }
      driver.give({ kind: 'dag', dagId: spec.dagId, tableOffset: offset++, dag: { row, definition: parsed.dag } })
    },
    remove: (dagId) => void driver.give({ kind: 'dag', dagId, tableOffset: offset++, dag: null }),
    unpause: (dagId) => void driver.command({ dagId, kind: 'set_paused', paused: false }),
    command: (command) =>
      driver.give({
        kind: 'command',
        cause: { column: 3, offset: offset++ },
        command: {
          id: `command-${ids++}`,
          at: driver.now,
          principal: 'tester',
          runId: null,
          logicalDate: null,
          withoutLogicalDate: false,
          dataIntervalStart: null,
          dataIntervalEnd: null,
          runAfter: null,
          conf: null,
          note: null,
          paused: null,
          ...command,
        } as Command,
      }),
    trigger(dagId, more = {}) {
      const answer = driver.command({ dagId, kind: 'trigger_run', ...more }).find((e) => e.type === 'CommandAnswered')
      const run = answer?.runId ? driver.dag(dagId).runs.get(answer.runId) : undefined
      if (!run) throw new Error(`not triggered: ${answer?.message}`)
      return run
    },
    report: (run, taskId, body, token) =>
      driver.give({
        kind: 'report',
        report: {
          dagId: run.dagId,
          runId: run.runId,
          taskId,
          mapIndex: -1,
          tryNumber: driver.task(run, taskId).tryNumber,
          token: token ?? driver.task(run, taskId).token ?? 'none',
          at: driver.now,
          by: 'worker-1',
          body,
        },
      }),
    start: (run, taskId) => void driver.report(run, taskId, { type: 'AttemptStarted', hostname: 'h', pid: 1, rendered: null }),
    succeed: (run, taskId, value) =>
      driver.report(run, taskId, { type: 'AttemptSucceeded', xcoms: value === undefined ? [] : [{ key: 'return_value', value: JSON.stringify(value) }] }),
    fail: (run, taskId, retryable = true) =>
      driver.report(run, taskId, { type: 'AttemptFailed', error: { type: 'Error', message: 'no', stack: null }, retryable }),
    wait(ms) {
      driver.now += ms
      return driver.give({ kind: 'time' })
    },
    dag(dagId) {
      const dag = column.dags.get(dagId)
      if (!dag) throw new Error(`no DAG ${dagId}`)
      return dag
    },
    task(run, taskId) {
      const task = run.tasks.get(instanceKey(taskId, -1))
      if (!task) throw new Error(`no task ${taskId}`)
      return task
    },
    states: (run) => Object.fromEntries([...run.tasks.values()].map((task) => [task.taskId, task.state])),
    bothSnapshots: () => ({ working: allParts(column), folded: allParts(folded) }),
  }
  return driver
}
