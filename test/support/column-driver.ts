/**
 * Given-when-then for the core: a column, a clock that the test moves, and the words of a worker. Each decision is also folded into a second
 * column, which must stay the same as the first: what is decided is what the journal says.
 */
import type { Command, Report } from '../../schemas/generated/records.ts'
import { archivedText, parseArchived } from '../../services/core/archived-state.ts'
import { type ArchivedRunEntry, type Column, type Dag, emptyColumn, type Run, type TaskInstance } from '../../services/core/column-state.ts'
import { decide } from '../../services/core/decide.ts'
import type { Event, Input, ReadBack } from '../../services/core/events.ts'
import { fold } from '../../services/core/evolve.ts'
import { normalDag } from '../../services/core/normal-dag.ts'
import { partsOf } from '../../services/core/snapshot.ts'
import type { TaskState } from '../../services/core/states.ts'
import { wantedFromArchive } from '../../services/core/wanted-from-archive.ts'
import { commandOf } from './command-of.ts'

export interface TaskSpec {
  readonly taskId: string
  readonly upstream?: readonly string[]
  readonly [option: string]: unknown
}

export const at = (iso: string): number => Date.parse(iso)

/** A task that does some work, unless it says otherwise. */
export const work = (taskId: string, upstream: readonly string[] = [], more: object = {}): TaskSpec => ({
  ...{ taskId, upstream, operator: 'bash', args: { command: 'true' } },
  ...more,
})

/** A driver with one DAG, unpaused. */
export const unpaused = (dag: Parameters<ColumnDriver['adopt']>[0], startedAt?: string): ColumnDriver => {
  const d = columnDriver(startedAt)
  d.adopt(dag)
  d.unpause(dag.dagId)
  return d
}

type Asked = Partial<Command> & Pick<Command, 'dagId' | 'kind'>

export interface ColumnDriver {
  readonly column: Column
  readonly events: Event[]
  now: number
  give(input: Input): readonly Event[]
  adopt(dag: { readonly dagId: string; readonly tasks: readonly TaskSpec[]; readonly [option: string]: unknown }, version?: string): void
  remove(dagId: string): void
  unpause(dagId: string): void
  command(command: Asked): readonly Event[]
  /** The command as `give` takes it, now or later or twice. */
  commandInput(command: Asked): Input
  trigger(dagId: string, more?: Partial<Command>): Run
  /** `key`: a task id, or `task[3]` for a mapped instance. */
  report(run: Run, key: string, body: Report['body'], token?: string): readonly Event[]
  start(run: Run, key: string): void
  succeed(run: Run, key: string, value?: unknown): readonly Event[]
  /** A branch's choice; a short circuit's is `[]` when it is falsy, else null. */
  choose(run: Run, key: string, chosen: readonly string[] | null): readonly Event[]
  fail(run: Run, key: string, retryable?: boolean): readonly Event[]
  skip(run: Run, key: string): readonly Event[]
  /** clear, mark or a backfill's command: answers what it told, or throws what it was refused with. */
  ask(dagId: string, kind: string, args: object): { readonly [field: string]: unknown }
  /** Sends a finished run to the archive; answers the input that says so. */
  archive(run: Run): Input
  /** As the shell: reads back the archived runs that the DAG's commands and backfills ask for, as far as `problem` names none. */
  readBack(dagId: string, problem?: string): readonly Event[]
  /** Moves the clock and lets timers ring. */
  wait(ms: number): readonly Event[]
  dag(dagId: string): Dag
  task(run: Run, key: string): TaskInstance
  states(run: Run): Record<string, TaskState>
  /** Snapshot of the working column and of one that only folded what was decided. */
  bothSnapshots(): { readonly working: unknown; readonly folded: unknown }
}

const allParts = (column: Column): Record<string, unknown> => Object.fromEntries([...partsOf(column)].map(([name, part]) => [name, part()]))

export const columnDriver = (startedAt = '2026-01-10T12:00:00Z'): ColumnDriver => {
  const column = emptyColumn()
  const folded = emptyColumn()
  const events: Event[] = []
  const texts: string[] = []
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
    command: (command) => driver.give(driver.commandInput(command)),
    commandInput: (command) => ({
      kind: 'command',
      cause: { column: 3, offset: offset++ },
      command: commandOf({ id: `command-${ids++}`, at: driver.now, ...command }),
    }),
    trigger(dagId, more = {}) {
      const answer = driver.command({ dagId, kind: 'trigger_run', ...more }).find((e) => e.type === 'CommandAnswered')
      const run = answer?.runId ? driver.dag(dagId).runs.get(answer.runId) : undefined
      if (!run) throw new Error(`not triggered: ${answer?.message}`)
      return run
    },
    report(run, key, body, token) {
      const task = driver.task(run, key)
      return driver.give({
        kind: 'report',
        report: {
          dagId: run.dagId,
          runId: run.runId,
          taskId: task.taskId,
          mapIndex: task.mapIndex,
          tryNumber: task.tryNumber,
          token: token ?? task.token ?? 'none',
          at: driver.now,
          by: 'worker-1',
          body,
          start: null,
        },
      })
    },
    start: (run, key) => void driver.report(run, key, { type: 'AttemptStarted', hostname: 'h', pid: 1, rendered: null }),
    succeed: (run, key, value) =>
      driver.report(run, key, {
        type: 'AttemptSucceeded',
        xcoms: value === undefined ? [] : [{ key: 'return_value', value: JSON.stringify(value) }],
        chosen: null,
        resultLength: typeof value === 'object' && value !== null ? Object.keys(value).length : null,
        outlets: [],
      }),
    choose: (run, key, chosen) => driver.report(run, key, { type: 'AttemptSucceeded', xcoms: [], chosen, resultLength: null, outlets: [] }),
    fail: (run, key, retryable = true) => driver.report(run, key, { type: 'AttemptFailed', error: { type: 'Error', message: 'no', stack: null }, retryable }),
    skip: (run, key) => driver.report(run, key, { type: 'AttemptSkipped', message: 'not today' }),
    ask(dagId, kind, args) {
      const answer = driver.command({ dagId, kind, args: JSON.stringify(args) }).find((e) => e.type === 'CommandAnswered')
      if (!answer?.accepted) throw new Error(`${answer?.code}: ${answer?.message}`)
      return JSON.parse(answer.result ?? '{}')
    },
    archive(run) {
      texts.push(archivedText(run))
      const input: Input = { kind: 'archived', dagId: run.dagId, runId: run.runId, n: run.n, offset: texts.length - 1 }
      driver.give(input)
      return input
    },
    readBack(dagId, problem) {
      const read = ({ runId, n, offset }: ArchivedRunEntry): readonly [string, ReadBack] => {
        const text = texts[offset] ?? ''
        const state = parseArchived(text)
        return [runId, state && problem === undefined ? { ok: true, n, state, text } : { ok: false, n, message: problem ?? `nothing at ${offset}` }]
      }
      return driver.give({ kind: 'read_back', dagId, runs: new Map(wantedFromArchive(driver.dag(dagId)).map(read)) })
    },
    wait(ms) {
      driver.now += ms
      return driver.give({ kind: 'time' })
    },
    dag(dagId) {
      const dag = column.dags.get(dagId)
      if (!dag) throw new Error(`no DAG ${dagId}`)
      return dag
    },
    task(run, key) {
      const task = run.tasks.get(key)
      if (!task) throw new Error(`no task ${key}: there are ${[...run.tasks.keys()].join(', ')}`)
      return task
    },
    states: (run) => Object.fromEntries([...run.tasks.values()].map((task) => [task.key, task.state])),
    bothSnapshots: () => ({ working: allParts(column), folded: allParts(folded) }),
  }
  return driver
}
