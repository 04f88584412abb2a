/** A manual run: named, dated, and refused when its id or its logical date is taken (SEMANTICS 4). */
import type { Command } from '../../schemas/generated/records.ts'
import { type Answer, refused } from './answer.ts'
import type { Dag } from './column-state.ts'
import { confProblem, confSizeProblem, normalConf } from './conf.ts'
import type { JsonObject } from './dag.ts'
import type { Deciding } from './decide.ts'
import type { Cause } from './events.ts'
import { checkConf } from './params.ts'
import { runIdOf } from './schedule/run-id.ts'
import { intervalFor } from './schedule/timetable.ts'

export const triggerRun = (d: Deciding, dag: Dag, command: Command, cause: Cause): Answer => {
  if (dag.removed) return refused('dag_removed', `DAG ${dag.dagId} left its folder: put its file back to run it`)
  const conf = normalConf(command.conf)
  if (conf === null) return refused('bad_conf', 'conf must be a JSON object')
  const tooBig = confSizeProblem(conf)
  if (tooBig !== null) return refused('too_big', tooBig)
  const definition = dag.versions.get(dag.version)?.definition
  const problem = definition ? confProblem(definition, conf) : null
  if (problem !== null) return refused('bad_conf', problem)
  const checked = checkConf(dag.versions.get(dag.version)?.definition.params ?? {}, JSON.parse(conf) as JsonObject)
  if (!checked.ok) return refused('bad_conf', checked.problems.join('; '))
  const logicalDate = command.withoutLogicalDate ? null : (command.logicalDate ?? freeDate(dag, d.now))
  const taken = logicalDate === null ? undefined : dag.byLogicalDate.get(logicalDate)
  if (taken !== undefined)
    return refused('run_conflict', `DAG ${dag.dagId} has run ${taken} for logical date ${iso(logicalDate ?? 0)} already: choose another date or clear that run`)
  const runAfter = command.runAfter ?? d.now
  const runId =
    command.runId ??
    freeRunId(dag, logicalDate === null ? runIdOf('manual', runAfter, `${cause.column}-${cause.offset}-0`) : runIdOf('manual', logicalDate), cause)
  const badId = problemWithRunId(runId)
  if (badId) return refused('bad_request', badId)
  if (isTaken(dag, runId)) return refused('run_conflict', `DAG ${dag.dagId} has a run ${runId} already: choose another run id`)
  const interval = intervalOf(dag, command, logicalDate)
  d.emit({
    type: 'RunCreated',
    dagId: dag.dagId,
    runId,
    n: 1,
    at: d.now,
    version: dag.version,
    runType: 'manual',
    logicalDate,
    dataIntervalStart: interval?.start ?? null,
    dataIntervalEnd: interval?.end ?? null,
    runAfter,
    conf,
    triggeredBy: command.principal ?? 'command',
    note: command.note,
    backfillId: null,
    datasetEvents: [],
  })
  d.toStart.add(dag)
  return { accepted: true, runId }
}

const intervalOf = (dag: Dag, command: Command, logicalDate: number | null): { start: number; end: number } | null => {
  if (command.dataIntervalStart !== null && command.dataIntervalEnd !== null) return { start: command.dataIntervalStart, end: command.dataIntervalEnd }
  const definition = dag.versions.get(dag.version)?.definition
  return logicalDate === null || !definition ? null : intervalFor(definition, logicalDate)
}

/** Two triggers in the same millisecond are two runs: the later one takes the next free millisecond. */
const freeDate = (dag: Dag, now: number): number => {
  let date = now
  while (dag.byLogicalDate.has(date)) date++
  return date
}

const isTaken = (dag: Dag, runId: string): boolean => dag.runs.has(runId) || dag.archived.has(runId)

const freeRunId = (dag: Dag, runId: string, cause: Cause): string => (isTaken(dag, runId) ? `${runId}_${cause.column}-${cause.offset}-0` : runId)

const problemWithRunId = (runId: string): string | null => {
  if (runId.length === 0 || runId.length > 250) return 'a run id has 1 to 250 characters'
  // The pattern of Airflow's allowed_run_id_pattern, and no way out of a folder.
  return /^[A-Za-z0-9_.~:+-]+$/.test(runId) && !runId.includes('..') ? null : `run id ${JSON.stringify(runId)} may hold letters, digits and _ . ~ : + - only`
}

const iso = (ms: number): string => runIdOf('manual', ms).slice('manual__'.length)
