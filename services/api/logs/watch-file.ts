import { existsSync, type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/**
 * Calls back when a file may have grown or come to be. The nearest folder that exists is watched, so the file need not be there yet. Folders
 * that tell nothing (network file systems) are why a caller also looks from time to time.
 */
export const watchFile = (path: string, onChange: () => void): (() => void) => {
  let watcher: FSWatcher | null = null
  let closed = false
  const place = (): void => {
    if (closed) return
    watcher?.close()
    watcher = null
    let folder = dirname(path)
    while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
    const isItsFolder = folder === dirname(path)
    try {
      watcher = watch(folder, (_event, name) => {
        if (isItsFolder && name !== null && !name.startsWith(basename(path))) return
        if (!isItsFolder) place()
        onChange()
      })
      watcher.on('error', place)
    } catch {
      watcher = null // deleted between the two looks, or no watches left: the caller's own looks remain
    }
  }
  place()
  return () => {
    closed = true
    watcher?.close()
  }
}
