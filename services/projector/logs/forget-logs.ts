/** The log files of a run that is forgotten go with its rows. */
import { readdir, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { dagLogFolder, runLogFolder } from '../../core/log-path.ts'

export interface ForgottenRun {
  readonly dagId: string
  readonly runId: string
  readonly logicalDate: number | null
  /** When it was forgotten (ms since the epoch). A run of the same logical date may have come since, whose files are newer. */
  readonly at: number
}

/** Resolves with the files that went, relative to the logs folder. Files that somebody else took away meanwhile are gone, too. */
export const forgetLogs = async (logsDir: string, runs: readonly ForgottenRun[]): Promise<readonly string[]> => {
  const gone: string[] = []
  const tasksOf = new Map<string, readonly string[]>()
  for (const run of runs) {
    const dag = dagLogFolder(run.dagId)
    const tasks = tasksOf.get(dag) ?? (await entries(join(logsDir, dag)))
    tasksOf.set(dag, tasks)
    for (const task of tasks) await forgetBefore(logsDir, `${dag}/${task}/${runLogFolder(run)}`, run.at, gone)
  }
  return gone
}

const forgetBefore = async (logsDir: string, folder: string, at: number, gone: string[]): Promise<void> => {
  const names = await entries(join(logsDir, folder))
  if (names.length === 0) return
  for (const name of names) {
    const path = `${folder}/${name}`
    if (name.startsWith('map_index=')) await forgetBefore(logsDir, path, at, gone)
    else if ((await changedAt(join(logsDir, path))) < at) {
      await rm(join(logsDir, path), { force: true })
      gone.push(path)
    }
  }
  if ((await entries(join(logsDir, folder))).length === 0) await unlessThere(rmdir(join(logsDir, folder)))
}

const entries = async (folder: string): Promise<readonly string[]> => (await unlessThere(readdir(folder))) ?? []

/** What is gone needs no forgetting. */
const changedAt = async (path: string): Promise<number> => (await unlessThere(stat(path)))?.mtimeMs ?? Number.POSITIVE_INFINITY

/** undefined: it is not there (any more), or something came into it meanwhile. */
const unlessThere = async <T>(doing: Promise<T>): Promise<T | undefined> => {
  try {
    return await doing
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
