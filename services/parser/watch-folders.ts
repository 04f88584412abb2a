/** The DAG folders of this machine: which files are in them, and when one changes. */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { watch } from 'chokidar'
import { ensureError, MillraceError } from '../core/errors.ts'
import { type Ignores, ignoreFileName, isDagFile, isHiddenFolder, readIgnores } from './dag-files.ts'

export interface DagFolder {
  /** Absolute, without symbolic links. */
  readonly path: string
  /** For people. */
  readonly name: string
}

export interface WatchedFile {
  readonly folder: DagFolder
  /** Relative to the folder, with slashes. */
  readonly path: string
  readonly absolute: string
}

export interface FolderWatch {
  /** All DAG files there are now. */
  files(): readonly WatchedFile[]
  close(): Promise<void>
}

export interface WatchListener {
  /** A file appeared, changed or went, DAG file or not: it may be imported by one. */
  readonly onChange: (file: WatchedFile, how: 'there' | 'gone') => void
  /** What counts as a DAG file changed (.millraceignore). */
  readonly onRules: () => void
  readonly onFailed: (error: Error) => void
}

/** Folders as configured -> absolute ones. Throws `bad_config` for one that is not there: its DAGs would all count as deleted. */
export const dagFolders = (configured: readonly string[]): readonly DagFolder[] => {
  const paths = configured.map((path) => {
    try {
      const real = realpathSync(path)
      if (statSync(real).isDirectory()) return real
    } catch (cause) {
      throw new MillraceError('bad_config', `the DAG folder ${path} is not there: make it, or correct MILLRACE_DAGS (--dags)`, { cause })
    }
    throw new MillraceError('bad_config', `${path} is no folder: MILLRACE_DAGS (--dags) names folders with DAG files`)
  })
  const unique = [...new Set(paths)]
  const names = unique.map((path) => basename(path))
  return unique.map((path, i) => {
    const name = names[i] ?? path
    const nth = names.slice(0, i).filter((other) => other === name).length
    return { path, name: nth === 0 ? name : `${name}-${nth + 1}` }
  })
}

/** Resolves when everything that is there has been told. */
export const watchFolders = async (folders: readonly DagFolder[], { onChange, onRules, onFailed }: WatchListener): Promise<FolderWatch> => {
  const seen = new Map<string, WatchedFile>()
  const ignores = new Map<DagFolder, Ignores>(folders.map((folder) => [folder, ignoresOf(folder)]))
  const relativePath = (folder: DagFolder, absolute: string): string => relative(folder.path, absolute).split(sep).join('/')

  const watchOne = (folder: DagFolder): { ready: Promise<void>; close: () => Promise<void> } => {
    const watcher = watch(folder.path, { ignoreInitial: false, ignored: (absolute) => isHiddenFolder(relativePath(folder, absolute)) })
    const told = (how: 'there' | 'gone') => (absolute: string) => {
      const file = { folder, path: relativePath(folder, absolute), absolute }
      // An unmounted folder is no reason to take its DAGs away.
      if (how === 'gone' && !isThere(folder.path)) return
      if (how === 'there') seen.set(absolute, file)
      else seen.delete(absolute)
      if (file.path === ignoreFileName) {
        ignores.set(folder, ignoresOf(folder))
        onRules()
      } else onChange(file, how)
    }
    watcher.on('add', told('there'))
    watcher.on('change', told('there'))
    watcher.on('unlink', told('gone'))
    const ready = new Promise<void>((resolve, reject) => {
      let isReady = false
      watcher.once('ready', () => {
        isReady = true
        resolve()
      })
      watcher.on('error', (thrown) => {
        const error = new MillraceError('internal', `the DAG folder ${folder.path} cannot be watched: ${ensureError(thrown).message}`, { cause: thrown })
        if (isReady) onFailed(error)
        else reject(error)
      })
    })
    return { ready, close: () => watcher.close() }
  }

  const watchers = folders.map(watchOne)
  const close = async (): Promise<void> => void (await Promise.all(watchers.map((watcher) => watcher.close())))
  try {
    await Promise.all(watchers.map((watcher) => watcher.ready))
  } catch (error) {
    await close()
    throw error
  }
  return {
    files: () => [...seen.values()].filter(({ folder, path }) => isDagFile(path, ignores.get(folder) ?? (() => false))),
    close,
  }
}

const ignoresOf = (folder: DagFolder): Ignores => {
  try {
    return readIgnores(readFileSync(join(folder.path, ignoreFileName), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return () => false
    throw error
  }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined
