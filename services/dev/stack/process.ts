import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { MillraceError } from '../../core/errors.ts'

/** How a process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** One server of the local stack, in a process group of its own, so that Ctrl-C in a terminal reaches it only through us. */
export interface StackProcess {
  readonly name: string
  readonly pid: number
  readonly exited: Promise<Exit>
  readonly logFile: string
  /** Undefined while it runs. */
  exit(): Exit | undefined
  /** Asks its group to end, waits, then kills what is left; resolves once it is gone. */
  stop(signal: NodeJS.Signals, graceMs: number): Promise<void>
}

export interface ProcessSpec {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly logFile: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly uid?: number
  readonly gid?: number
}

const maxLogBytes = 10_000_000

/** Opens a log for appending; one that has grown big moves to `<name>.1` first. */
export const openLogFile = (path: string): number => {
  mkdirSync(dirname(path), { recursive: true })
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > maxLogBytes) renameSync(path, `${path}.1`)
  return openSync(path, 'a')
}

/** The last lines of a server's log, for the message when it did not come up. */
export const lastLines = (path: string, count = 12): string => {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count).join('\n')
  } catch {
    return '(no log)'
  }
}

/** Signals a whole process group; a group that is gone already is no error. */
export const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const spawned = async (child: ChildProcess, spec: ProcessSpec): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', () => resolve())
    child.once('error', (cause) =>
      reject(new MillraceError('missing_requirement', `${spec.name} did not start: ${cause.message} (${spec.command})`, { cause })),
    )
  })
  return child.pid as number
}

/** Starts a server with its output in a log file. */
export const startProcess = async (spec: ProcessSpec): Promise<StackProcess> => {
  const log = openLogFile(spec.logFile)
  try {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd ?? dirname(spec.logFile),
      env: { ...process.env, ...spec.env },
      stdio: ['ignore', log, log],
      detached: true,
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    })
    let exit: Exit | undefined
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => {
        exit = { code, signal }
        resolve(exit)
      })
    })
    const pid = await spawned(child, spec)
    const stop = async (signal: NodeJS.Signals, graceMs: number): Promise<void> => {
      if (exit) return
      signalGroup(pid, signal)
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs)
      await exited
      clearTimeout(timer)
    }
    return { name: spec.name, pid, exited, logFile: spec.logFile, exit: () => exit, stop }
  } finally {
    closeSync(log)
  }
}
