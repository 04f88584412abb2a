import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process and all its descendants. */
export const treeOf = (pid: number | undefined): readonly number[] => (pid === undefined ? [] : [pid, ...descendantsOf(pid, parents())])

/** Sends the signal to each that still runs. */
export const killAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // It was quicker.
    }
  }
}

export const descendantsOf = (pid: number, parentOf: ReadonlyMap<number, number>): readonly number[] => {
  const children = [...parentOf].filter(([, parent]) => parent === pid).map(([child]) => child)
  return [...children, ...children.flatMap((child) => descendantsOf(child, parentOf))]
}

/** Process id -> parent's, from /proc; elsewhere (macOS) from ps. */
const parents = (): ReadonlyMap<number, number> => {
  const found = new Map<number, number>()
  if (process.platform === 'linux') {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue
      try {
        // pid (name) state parent ...; the name may hold anything, even parentheses.
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        found.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
      } catch {
        // It ended meanwhile.
      }
    }
    return found
  }
  for (const line of execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n')) {
    const [pid, parent] = line.trim().split(/\s+/).map(Number)
    if (pid !== undefined && parent !== undefined) found.set(pid, parent)
  }
  return found
}
