/**
 * Processes that a task left behind: in the session of its child process, or (setsid, nohup, daemons) with the child's mark in their environment.
 * Linux only, by /proc; elsewhere the child that started processes is not used again and its group is killed.
 */
import { readdirSync, readFileSync } from 'node:fs'

/** Environment variable of every task process: `<worker>.<child>;`. Children inherit it. */
export const markVariable = 'MILLRACE_TASK_PROCESS'

export const canFindStrays = process.platform === 'linux'

/** Kills all of them, and what they start meanwhile; answers how many. `self` is spared (-1: nobody is). */
export const killStrays = (session: number, mark: string, self: number): number => {
  if (!canFindStrays) return 0
  let killed = 0
  for (let round = 0; round < 5; round++) {
    const strays = findStrays(session, `${markVariable}=${mark}`, self)
    if (strays.length === 0) break
    for (const pid of strays) {
      try {
        process.kill(pid, 'SIGKILL')
        killed++
      } catch {
        // gone between the look and the kill
      }
    }
  }
  return killed
}

const findStrays = (session: number, mark: string, self: number): number[] => {
  const found: number[] = []
  // What is older than the task's process was not started by it: its environment, the dear part, need not be read.
  const since = self > 0 ? (statOf(self)?.startedTicks ?? 0) : 0
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === self || pid <= 1) continue
    const stat = statOf(pid)
    if (stat === null || stat.startedTicks < since) continue
    if (stat.session === session || environmentOf(pid).includes(mark)) found.push(pid)
  }
  return found
}

/** Null: it ended (also when nobody has asked for its exit code yet). */
const statOf = (pid: number): { readonly session: number; readonly startedTicks: number } | null => {
  try {
    // pid (name) state parent group session ...: the name may hold anything, so count from its last parenthesis
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 20)
    return fields[0] === 'Z' ? null : { session: Number(fields[3]), startedTicks: Number(fields[19]) }
  } catch {
    return null
  }
}

/** Empty when it ended, or belongs to another user and so is not ours. */
const environmentOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}

/** SIGKILL or SIGTERM to a whole process group; false when there is none. */
export const signalGroup = (group: number, signal: 'SIGTERM' | 'SIGKILL'): boolean => {
  try {
    process.kill(-group, signal)
    return true
  } catch {
    return false
  }
}
