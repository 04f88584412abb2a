/** Commands: carried out or refused, and answered once; a command id that was answered changes nothing. */
import type { Command } from '../../schemas/generated/records.ts'
import { queueReady } from './advance-run.ts'
import { type Answer, refused } from './answer.ts'
import type { Dag } from './column-state.ts'
import type { Deciding } from './decide.ts'
import type { Cause } from './events.ts'
import { replan } from './start-runs.ts'
import { triggerRun } from './trigger-run.ts'

const done: Answer = { accepted: true, runId: null }

export const decideCommand = (d: Deciding, command: Command, cause: Cause): void => {
  if (d.column.answered.has(command.id)) return
  const dag = d.column.dags.get(command.dagId)
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
  })
}

const carryOut = (d: Deciding, dag: Dag, command: Command, cause: Cause): Answer => {
  switch (command.kind) {
    case 'trigger_run':
      return triggerRun(d, dag, command, cause)
    case 'set_paused':
      return setPaused(d, dag, command)
    default:
      return refused('unknown_command', `unknown command kind ${command.kind}: this scheduler knows trigger_run and set_paused`)
  }
}

const setPaused = (d: Deciding, dag: Dag, command: Command): Answer => {
  if (command.paused === null) return refused('bad_request', 'set_paused needs the field paused')
  if (command.paused === dag.paused) return done
  d.emit({ type: 'DagPauseChanged', dagId: dag.dagId, n: dag.n + 1, at: d.now, paused: command.paused, reason: command.principal })
  if (command.paused) return done
  replan(d, dag)
  for (const run of dag.runs.values()) if (run.state === 'running') queueReady(d, dag, run)
  d.toStart.add(dag)
  return done
}
