/** Which file a try's log is, and whether it is over. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { logEndMark, logPath, sidecarOf } from '../../core/log-path.ts'
import type { Db } from '../queries/tables.ts'
import { findInstance } from '../queries/task-instances.ts'

export interface TryAddress {
  readonly dagId: string
  readonly runId: string
  readonly taskId: string
  readonly mapIndex: number
  readonly tryNumber: number
}

export interface TryLog {
  readonly path: string
  /** The try ended, so far as the projection knows; its last lines may be on their way yet. */
  readonly isTryOver: boolean
}

/** 404 for a DAG, run or task that is not there: no path is ever made of names that nobody gave. */
export const findTryLog = async (db: Db, logsDir: string, at: TryAddress): Promise<TryLog> => {
  const instance = await findInstance(db, at.dagId, at.runId, at.taskId, at.mapIndex)
  const row = await db
    .selectFrom('task_try')
    .select('state')
    .where('dag_id', '=', at.dagId)
    .where('run_id', '=', at.runId)
    .where('task_id', '=', at.taskId)
    .where('map_index', '=', at.mapIndex)
    .where('try_number', '=', at.tryNumber)
    .executeTakeFirst()
  const isOver = row ? !ongoing.has(row.state) : at.tryNumber < instance.try_number
  return { path: join(logsDir, logPath({ ...at, logicalDate: instance.logical_date?.getTime() ?? null })), isTryOver: isOver }
}

const ongoing: ReadonlySet<string> = new Set(['scheduled', 'queued', 'running', 'deferred', 'up_for_reschedule', 'restarting'])

/** The writer noted the end of the last queueing's lines. */
export const isMarkedOver = async (path: string): Promise<boolean> => {
  try {
    return (await readFile(sidecarOf(path), 'utf8')).endsWith(`${logEndMark}\n`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
