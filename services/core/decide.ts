/**
 * decide: what an input means for the column, as events. Pure but for the column it owns: each event is folded in (`emit`) as it is decided, so
 * that the next thought sees it. Nothing is looked at but what the input touched: a task's end looks at its direct downstreams, a run's end at its DAG.
 *
 *   command -> trigger, pause, clear, mark, backfill     report -> the attempt that its token names
 *   dag     -> adopt a version                           time   -> timers that are due
 *   dataset_event -> waits for the DAGs that want it, which may be due
 *   archived -> a finished run may leave memory            read_back -> commands that wait for archived runs
 *
 * What does not fit the present state changes nothing (a report with an old token) or is answered by a rejection (a command).
 */
import { archiveRun } from './archive-run.ts'
import { carryOn } from './carry-on.ts'
import type { Column, Dag, Run, TaskInstance } from './column-state.ts'
import { decideDatasetEvent } from './dataset-runs.ts'
import { decideCommand, decideHeld } from './decide-command.ts'
import { adoptDag, removeDag } from './decide-dag.ts'
import { decideReport } from './decide-report.ts'
import { decideTime } from './decide-time.ts'
import type { DecideContext, Event, Input, ReadBack } from './events.ts'
import { evolve } from './evolve.ts'
import { quarantine } from './quarantine.ts'

/** The state as `decide` sees it while it decides, and what is still to be looked at (carry-on.ts). */
export interface Deciding {
  readonly column: Column
  readonly now: number
  readonly token: () => string
  readonly datasetPositions: () => readonly number[]
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
  /** What was read back from the archive for this decision. */
  archive: ReadonlyMap<string, ReadBack>
  /** How many more runs the schedule and dataset events may make in this decision (DESIGN invariant 12). */
  runsLeft: number
}

export interface Placed {
  readonly dag: Dag
  readonly run: Run
  readonly task: TaskInstance
}

const nowhere = (): readonly number[] => []

/** What is left of a long catchup is due at once, so the next decision goes on with it. */
const maxScheduledRuns = 100
const nothingRead: ReadonlyMap<string, ReadBack> = new Map()

export const decide = (column: Column, input: Input, context: DecideContext): readonly Event[] => {
  const events: Event[] = []
  const deciding: Deciding = {
    column,
    now: context.now,
    token: context.token,
    datasetPositions: context.datasetPositions ?? nowhere,
    emit: (event) => {
      evolve(column, event)
      events.push(event)
    },
    settled: [],
    ready: new Map(),
    freed: [],
    touched: new Map(),
    toStart: new Set(),
    archive: nothingRead,
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
    case 'dataset_event':
      decideDatasetEvent(deciding, input)
      break
    case 'archived':
      archiveRun(deciding, input)
      break
    case 'read_back':
      decideHeld(deciding, input.dagId, input.runs)
      break
    case 'quarantine':
      quarantine(deciding)
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
