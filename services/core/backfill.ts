/** Commands about backfills (SEMANTICS 5): create, pause, resume, cancel. */
import type { Command } from '../../schemas/generated/records.ts'
import { type Answer, done, refused, told } from './answer.ts'
import { isOwed, stateOfBackfill } from './backfill-runs.ts'
import { isBackfillOver } from './backfill-told.ts'
import { backfillWindows, maxBackfillRuns } from './backfill-windows.ts'
import type { Backfill, Dag } from './column-state.ts'
import type { BackfillAnswer, BackfillArgs, CreateBackfillArgs } from './command-args.ts'
import { confProblem, confSizeProblem, normalConf } from './conf.ts'
import type { Deciding } from './decide.ts'
import type { Cause } from './events.ts'

const defaultMaxActiveRuns = 10

export const createBackfill = (d: Deciding, dag: Dag, args: CreateBackfillArgs, command: Command, cause: Cause): Answer => {
  const definition = dag.versions.get(dag.version)?.definition
  if (dag.removed || !definition) return refused('dag_removed', `DAG ${dag.dagId} left its folder: put its file back to run it`)
  const { from, to, reprocess = 'none', maxActiveRuns = defaultMaxActiveRuns, newestFirst = false, dryRun = false } = args
  const { kind } = definition.schedule
  if (kind !== 'cron' && kind !== 'duration' && kind !== 'dates')
    return refused('bad_request', `DAG ${dag.dagId} has no calendar to fill (schedule ${kind}): trigger its runs instead`)
  if (to < from) return refused('bad_request', 'the last logical date (to) lies before the first (from)')
  if (to > d.now) return refused('bad_request', 'the last logical date (to) lies in the future: a backfill is for what is past')
  if (newestFirst && definition.tasks.some((task) => task.dependsOnPast || task.waitForDownstream))
    return refused('bad_request', `DAG ${dag.dagId} has tasks that depend on the run before: it cannot be filled newest first`)
  const conf = normalConf(args.conf ?? null)
  const problem = conf === null ? 'conf must be a JSON object' : confProblem(definition, conf)
  if (conf === null || problem !== null) return refused('bad_conf', problem ?? '')
  const tooBig = confSizeProblem(conf)
  if (tooBig !== null) return refused('too_big', tooBig)
  const calendar = backfillWindows(definition, from, to)
  if (calendar === null) return refused('too_big', `the backfill has more than ${maxBackfillRuns} runs: cut it in two`)
  const due = calendar.filter(({ runAfter }) => runAfter <= d.now)
  const windows = newestFirst ? due.toReversed() : due
  const dates = windows.filter((window) => isOwed(dag, window, reprocess)).map(({ logicalDate }) => logicalDate)
  if (dryRun) return told({ backfillId: null, dates } satisfies BackfillAnswer)
  const other = [...dag.backfills.values()].find(({ state }) => !isBackfillOver(state))
  if (other) return refused('run_conflict', `DAG ${dag.dagId} has backfill ${other.backfillId} under way: wait for it or cancel it`)
  const backfillId = `backfill_${cause.column}-${cause.offset}`
  d.emit({
    type: 'BackfillCreated',
    dagId: dag.dagId,
    backfillId,
    n: dag.n + 1,
    at: d.now,
    fromDate: from,
    toDate: to,
    reprocess,
    maxActiveRuns,
    newestFirst,
    conf,
    principal: command.principal,
    windows,
  })
  d.toStart.add(dag)
  return told({ backfillId, dates } satisfies BackfillAnswer)
}

export const pauseBackfill = (d: Deciding, dag: Dag, { backfillId }: BackfillArgs): Answer =>
  change(dag, backfillId, (backfill) => {
    if (backfill.state === 'running') d.emit(stateOfBackfill(dag, backfill, d.now, { state: 'paused' }))
  })

export const resumeBackfill = (d: Deciding, dag: Dag, { backfillId }: BackfillArgs): Answer =>
  change(dag, backfillId, (backfill) => {
    if (backfill.state !== 'paused') return
    d.emit(stateOfBackfill(dag, backfill, d.now, { state: 'running' }))
    d.toStart.add(dag)
  })

/** Runs that have not begun fail; those that run go on to their end. */
export const cancelBackfill = (d: Deciding, dag: Dag, { backfillId }: BackfillArgs): Answer =>
  change(dag, backfillId, (backfill) => {
    d.emit(stateOfBackfill(dag, backfill, d.now, { state: 'cancelled' }))
    for (const runId of [...backfill.queued]) {
      const n = (dag.runs.get(runId)?.n ?? 0) + 1
      d.emit({ type: 'RunStateChanged', dagId: dag.dagId, runId, n, at: d.now, state: 'failed', reason: 'backfill cancelled', backfillId: null })
    }
  })

const change = (dag: Dag, backfillId: string, carryOut: (backfill: Backfill) => void): Answer => {
  const backfill = dag.backfills.get(backfillId)
  if (!backfill) return refused('backfill_not_found', `DAG ${dag.dagId} has no backfill ${backfillId}`)
  if (isBackfillOver(backfill.state)) return refused('run_conflict', `backfill ${backfillId} is over (${backfill.state}): create another one`)
  carryOut(backfill)
  return done
}
