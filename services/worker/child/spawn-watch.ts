/** Notes whether the task started processes: only then is there anything to look for when it ended. */
import childProcess from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { syncBuiltinESMExports } from 'node:module'

export interface SpawnWatch {
  /** Whether any was started since the last call. */
  take(): boolean
}

export const watchSpawns = (): SpawnWatch => {
  let spawned = false
  const note = (): void => {
    spawned = true
  }
  subscribe('child_process', note) // spawn, exec, execFile, fork
  for (const name of ['spawnSync', 'execSync', 'execFileSync'] as const) {
    const original = childProcess[name] as (...args: unknown[]) => unknown
    Object.assign(childProcess, {
      [name]: (...args: unknown[]) => {
        note()
        return original(...args)
      },
    })
  }
  syncBuiltinESMExports()
  return {
    take() {
      const was = spawned
      spawned = false
      return was
    },
  }
}
