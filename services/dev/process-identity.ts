import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process as a file can name it: the pid alone may be another's after a crash or a reboot. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in the system's own terms; unequal after the pid was given away again. */
  readonly started: string
}

/**
 * Clock ticks from boot to the start of the process that a line of `/proc/<pid>/stat` tells of (proc_pid_stat(5)); undefined when it has ended.
 * A killed one whose first thread is gone is a zombie already while its other threads still hold its files and ports: it has not ended.
 */
export const startOf = (stat: string): string | undefined => {
  // the name in parentheses may hold anything; what follows the last one is plain: state, ppid, ... num_threads (20th of all), itrealvalue, starttime
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' && Number(fields[17]) <= 1 ? undefined : fields[19]
}

const startedOnLinux = (pid: number): string | undefined => {
  try {
    const start = startOf(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return start && `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${start}`
  } catch {
    return undefined // no such process
  }
}

const startedElsewhere = (pid: number): string | undefined => {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || undefined
  } catch {
    return undefined // ps exits with 1 when there is no such process
  }
}

/** When a living process started; undefined when there is none (a zombie counts as none). */
export const startedAt = (pid: number): string | undefined => (process.platform === 'linux' ? startedOnLinux(pid) : startedElsewhere(pid))

export const identityOf = (pid: number): ProcessIdentity => ({ pid, started: startedAt(pid) ?? 'ended' })

export const isAlive = (identity: ProcessIdentity): boolean => startedAt(identity.pid) === identity.started

/** Name of the program that a living process runs; undefined when there is no such process. */
export const commandOf = (pid: number): string | undefined => {
  if (startedAt(pid) === undefined) return undefined
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
      : execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return undefined // it has ended in between
  }
}
