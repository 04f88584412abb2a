/**
 * decide: what an input means for the column, as events. Pure but for the column it owns: each event is folded in (`emit`) as it is decided, so
 * that the next thought sees it. Nothing is looked at but what the input touched: a task's end looks at its direct downstreams, a run's end at its DAG.
 *
 *   command -> trigger, pause, clear, mark, backfill     report -> the attempt that its token names
 *   dag     -> adopt a version                           time   -> timers that are due
 *   archived -> a finished run may leave memory
 *
 * What does not fit the present state changes nothing (a report with an old token) or is answered by a rejection (a command).
 */
import { archiveRun } from './archive-run.ts'
import { carryOn } from './carry-on.ts'
import type { Column, Dag, Run, TaskInstance } from './column-state.ts'
import { decideCommand } from './decide-command.ts'
import { adoptDag, removeDag } from './decide-dag.ts'
import { decideReport } from './decide-report.ts'
import { decideTime } from './decide-time.ts'
import type { DecideContext, Event, Input } from './events.ts'
import { evolve } from './evolve.ts'

/** The state as `decide` sees it while it decides, and what is still to be looked at (carry-on.ts). */
export interface Deciding {
  readonly column: Column
  readonly now: number
  readonly token: () => string
  /** Folds an event in and keeps it for the journal. */
  readonly emit: (event: Event) => void
  /** Instances that finished: what is below them has not been looked at. */
  readonly settled: Placed[]
  /** Instances that may run, by run. */
  readonly ready: Map<Run, Set<TaskInstance>>
  /** Instances that gave a place free, or that wait for one. */
  readonly freed: Placed[]
  /** Runs in which something changed: they may be over. */
  readonly touched: Map<Run, Dag>
  /** DAGs that may have room for another run now; looked at when everything else is settled. */
  readonly toStart: Set<Dag>
  /** How many more runs the schedule may make in this decision (DESIGN invariant 12). */
  runsLeft: number
}

export interface Placed {
  readonly dag: Dag
  readonly run: Run
  readonly task: TaskInstance
}

/** What is left of a long catchup is due at once, so the next decision goes on with it. */
const maxScheduledRuns = 100

export const decide = (column: Column, input: Input, context: DecideContext): readonly Event[] => {
  const events: Event[] = []
  const deciding: Deciding = {
    column,
    now: context.now,
    token: context.token,
    emit: (event) => {
      evolve(column, event)
      events.push(event)
    },
    settled: [],
    ready: new Map(),
    freed: [],
    touched: new Map(),
    toStart: new Set(),
    runsLeft: maxScheduledRuns,
  }
  switch (input.kind) {
    case 'command':
      decideCommand(deciding, input.command, input.cause)
      break
    case 'report':
      decideReport(deciding, input.report)
      break
    case 'dag':
      if (input.dag) adoptDag(deciding, input.dag.row, input.dag.definition, input.tableOffset)
      else removeDag(deciding, input.dagId, input.tableOffset)
      break
    case 'archived':
      archiveRun(deciding, input)
      break
    case 'time':
      decideTime(deciding)
      break
    default:
      input satisfies never
  }
  carryOn(deciding)
  return events
}

/** When the next timer is due, ms since the epoch, or null. It may find nothing to do. */
export const nextDueAt = (column: Column): number | null => column.timers.peek()?.at ?? null
