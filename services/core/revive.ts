/** Archived runs that commands and backfills ask for, and how they come back into memory (decisions/0004). */
import type { Command } from '../../schemas/generated/records.ts'
import { isRefusal, type Refusal, refused } from './answer.ts'
import { revived } from './archived-state.ts'
import type { Dag, Run } from './column-state.ts'
import type { ClearArgs, MarkArgs, NoteArgs } from './command-args.ts'
import type { Deciding } from './decide.ts'
import type { ReadBack } from './events.ts'
import { readArgs } from './read-args.ts'
import { type Picked, selectedRuns } from './select.ts'

/** One command may ask for so many archived runs: they are held in memory while it is decided. */
export const maxReadBack = 1000
/** Characters of a piece: a journal record holds it whatever they are. */
const pieceLength = 200_000

/** Archived runs without which the command cannot be decided. */
export const neededRuns = (dag: Dag, command: Command): readonly string[] => {
  if (dag.archived.size === 0 || !aboutRuns.has(command.kind)) return []
  const args = readArgs<ClearArgs | MarkArgs | NoteArgs>(command.kind, command.args)
  const ids = isRefusal(args) ? args : selectedRuns(dag, args)
  return isRefusal(ids) ? [] : ids.filter((runId) => dag.archived.has(runId))
}

const aboutRuns: ReadonlySet<string> = new Set(['clear', 'mark', 'set_note'])

/** What was read back of an archived run; null: nothing, or of an earlier life of it. */
export const readBack = (d: Deciding, dag: Dag, runId: string): ReadBack | null => {
  const read = d.archive.get(runId)
  return read && read.n === dag.archived.get(runId)?.n ? read : null
}

/** The runs of these ids. An archived one is what was read back of it: not in the column before `bringBack`. */
export const runsFor = (d: Deciding, dag: Dag, ids: readonly string[]): readonly Run[] | Refusal => {
  const archived = ids.filter((runId) => !dag.runs.has(runId))
  if (archived.length > maxReadBack)
    return refused('too_big', `${archived.length} of the runs are archived, at most ${maxReadBack} of them can be changed at once: choose fewer by their dates`)
  const runs: Run[] = []
  for (const runId of ids) {
    const run = dag.runs.get(runId)
    const read = run ? null : readBack(d, dag, runId)
    if (run) runs.push(run)
    else if (read?.ok) runs.push(revived(dag, read.state).run)
    else
      return refused(
        'run_archived',
        `run ${runId} is archived and cannot be had: ${read?.message ?? 'the command is too long to wait for it, name fewer instances'}`,
      )
  }
  return runs
}

/** An archived run comes back into memory as it was read; one that is there stays as it is. */
export const bringBack = (d: Deciding, dag: Dag, runId: string): Run | null => {
  const read = dag.runs.has(runId) ? null : readBack(d, dag, runId)
  if (read?.ok)
    for (let from = 0; from < read.text.length; from += pieceLength) {
      const state = read.text.slice(from, from + pieceLength)
      d.emit({ type: 'RunRevived', dagId: dag.dagId, runId, n: read.n, at: d.now, state, last: from + pieceLength >= read.text.length })
    }
  return dag.runs.get(runId) ?? null
}

/** The picked instances as they stand in the column, once their runs have come back. */
export const bringBackPicked = (d: Deciding, dag: Dag, picked: readonly Picked[]): readonly Picked[] =>
  picked.map(({ run, tasks }) => {
    const own = bringBack(d, dag, run.runId) ?? run
    return own === run ? { run, tasks } : { run: own, tasks: tasks.flatMap(({ key }) => own.tasks.get(key) ?? []) }
  })
