/**
 * Commands: carried out or refused, and answered once; a command id that was answered changes nothing. One that asks for archived runs is held until they
 * are read back, and those behind it for the same DAG wait with it (decisions/0004).
 */
import type { Command } from '../../schemas/generated/records.ts'
import { type Answer, done, isRefusal, refused } from './answer.ts'
import { cancelBackfill, createBackfill, pauseBackfill, resumeBackfill } from './backfill.ts'
import { carryOn } from './carry-on.ts'
import { clear } from './clear.ts'
import type { Dag } from './column-state.ts'
import type { BackfillArgs, ClearArgs, CreateBackfillArgs, MarkArgs, NoteArgs } from './command-args.ts'
import { skipWhatWaited } from './dataset-runs.ts'
import type { Deciding } from './decide.ts'
import type { Cause, ReadBack } from './events.ts'
import { mark } from './mark.ts'
import { readArgs } from './read-args.ts'
import { maxReadBack, neededRuns, readBack } from './revive.ts'
import { setNote } from './set-note.ts'
import { replan } from './start-runs.ts'
import { triggerRun } from './trigger-run.ts'

export const decideCommand = (d: Deciding, command: Command, cause: Cause): void => {
  if (d.column.answered.has(command.id)) return
  const dag = d.column.dags.get(command.dagId)
  if (!dag) return answer(d, undefined, command, cause)
  if (dag.held.some((held) => held.command.id === command.id)) return
  const needed = neededRuns(dag, command)
  if (dag.held.length === 0 && (needed.length === 0 || needed.length > maxReadBack)) return answer(d, dag, command, cause)
  const text = JSON.stringify(command)
  if (text.length > maxHeldLength) return answer(d, dag, command, cause)
  d.emit({ type: 'CommandHeld', dagId: dag.dagId, commandId: command.id, at: d.now, command: text, ...cause })
}

/** Archived runs were read back: the commands that waited go on in their order, as far as all they ask for is there. */
export const decideHeld = (d: Deciding, dagId: string, runs: ReadonlyMap<string, ReadBack>): void => {
  const dag = d.column.dags.get(dagId)
  if (!dag) return
  d.archive = runs
  for (let head = dag.held[0]; head; head = dag.held[0]) {
    const { command, cause } = head
    if (!neededRuns(dag, command).every((runId) => readBack(d, dag, runId) !== null)) break
    answer(d, dag, command, cause)
    carryOn(d) // the next command finds the state that it would have found alone
  }
  d.toStart.add(dag) // a backfill may have waited for them
}

/** A record of the journal holds it. */
const maxHeldLength = 200_000

const answer = (d: Deciding, dag: Dag | undefined, command: Command, cause: Cause): void => {
  const answer = dag
    ? carryOut(d, dag, command, cause)
    : refused('dag_not_found', `there is no DAG ${command.dagId}: see the DAG list, or the import errors if its file is new`)
  d.emit({
    type: 'CommandAnswered',
    dagId: command.dagId,
    commandId: command.id,
    n: (dag?.n ?? 0) + 1,
    at: d.now,
    accepted: answer.accepted,
    code: answer.accepted ? null : answer.code,
    message: answer.accepted ? null : answer.message,
    runId: answer.accepted ? answer.runId : null,
    result: answer.accepted ? (answer.result ?? null) : null,
  })
}

const carryOut = (d: Deciding, dag: Dag, command: Command, cause: Cause): Answer => {
  switch (command.kind) {
    case 'trigger_run':
      return triggerRun(d, dag, command, cause)
    case 'set_paused':
      return setPaused(d, dag, command)
    case 'clear':
      return withArgs<ClearArgs>(command, (args) => clear(d, dag, args))
    case 'mark':
      return withArgs<MarkArgs>(command, (args) => mark(d, dag, args))
    case 'set_note':
      return withArgs<NoteArgs>(command, (args) => setNote(d, dag, args))
    case 'create_backfill':
      return withArgs<CreateBackfillArgs>(command, (args) => createBackfill(d, dag, args, command, cause))
    case 'pause_backfill':
      return withArgs<BackfillArgs>(command, (args) => pauseBackfill(d, dag, args))
    case 'resume_backfill':
      return withArgs<BackfillArgs>(command, (args) => resumeBackfill(d, dag, args))
    case 'cancel_backfill':
      return withArgs<BackfillArgs>(command, (args) => cancelBackfill(d, dag, args))
    default:
      return refused('unknown_command', `unknown command kind ${command.kind}: this scheduler knows ${kinds}`)
  }
}

const kinds = 'trigger_run, set_paused, clear, mark, set_note, create_backfill, pause_backfill, resume_backfill and cancel_backfill'

const withArgs = <T extends object>(command: Command, carryOut: (args: T) => Answer): Answer => {
  const args = readArgs<T>(command.kind, command.args)
  return isRefusal(args) ? args : carryOut(args)
}

const setPaused = (d: Deciding, dag: Dag, command: Command): Answer => {
  if (command.paused === null) return refused('bad_request', 'set_paused needs the field paused')
  if (command.paused === dag.paused) return done
  d.emit({ type: 'DagPauseChanged', dagId: dag.dagId, n: dag.n + 1, at: d.now, paused: command.paused, reason: command.principal })
  if (command.paused) return done
  skipWhatWaited(d, dag)
  replan(d, dag)
  for (const run of dag.runs.values()) if (run.state === 'running') d.ready.set(run, new Set())
  d.toStart.add(dag)
  return done
}
