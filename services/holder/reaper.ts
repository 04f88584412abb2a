/**
 * M. A process beside the worker that outlives it: when the worker's pipe closes (kill -9) or the lease is over (SIGSTOP, a hang, no broker) it kills
 * every registered process group with SIGKILL, and on Linux also whatever carries the worker's mark in its environment (a task may call setsid).
 * It is a shell script: 3 MB instead of a Node's 45. It lives in a session of its own, so that Ctrl-C in a terminal does not reach it.
 *
 * A lease that is over for the reaper is over for good: a worker that stood still between its look at the lease and its renewal must not go on with
 * attempts that were killed meanwhile, and must not take their ends for the tasks' own. So the reaper says that it kills before it does, and whoever
 * sees an attempt die unasked asks it first.
 *
 * Lines on its stdin: `+ <group>`, `- <group>`, `l <deadline in ms on lease.ts's clock>`, `? <number>`. On its stdout: `over`, before it kills because
 * the lease is over, and as the answer to every question after that; else the question's number.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { MillraceError } from '../core/errors.ts'
import { markVariable } from './stray-processes.ts'

const script = `
g=' ' d=0 over=0
clock() {
  if read -r up _ 2>/dev/null </proc/uptime; then up=\${up/./}; n=$((10#\${up}0)); else n=$(($(date +%s) * 1000)); fi
}
reap() {
  for p in $g; do kill -KILL -- "-$p"; done 2>/dev/null
  g=' '
  # Again, while any is found: one may just have started another.
  for round in 1 2 3 4 5; do
    found=$(grep -laF -- "$1" /proc/[0-9]*/environ 2>/dev/null)
    [ -n "$found" ] || break
    for e in $found; do e=\${e#/proc/}; kill -KILL "\${e%/environ}" 2>/dev/null; done
  done
}
trap '' HUP INT TERM PIPE
while :; do
  if IFS=' ' read -r -t 0.25 o p; then
    case $o in
      +) if [ $over = 1 ]; then kill -KILL -- "-$p" 2>/dev/null; else g="$g$p "; fi ;;
      -) g=\${g/ $p / } ;;
      l) d=$p ;;
      \\?) if [ $over = 1 ]; then echo over; else echo "$p"; fi ;;
    esac
  elif [ $? -le 128 ]; then
    reap "$1"; exit 0
  fi
  # Lines that wait are taken first: a renewal among them counts. The clock is read before we look for them: one that came after it was too late.
  clock
  if ! read -r -t 0; then
    if ((d > 0 && over == 0 && n > d)); then over=1; echo over; reap "$1"; fi
  fi
done
`

export interface Reaper {
  readonly pid: number
  /** From now on this process group dies with us. */
  register(group: number): void
  release(group: number): void
  /** Too late when it is over. */
  renew(deadlineMs: number): void
  /** Resolves when it has killed because the lease was over: it kills what is registered from then on, too. */
  readonly over: Promise<void>
  /** Whether it has, as of now: to be asked when a task's process died unasked. */
  isOver(): Promise<boolean>
  /** Ends it in good order (it kills what is still registered). */
  close(): Promise<void>
}

export interface ReaperOptions {
  /** Start of the value of `markVariable` in every task process of this worker. */
  readonly mark: string
  /** A reaper that dies is replaced at once, and knows all that the first one knew. */
  readonly onRestarted: (how: string) => void
  /** It cannot run here: without it a worker must not run tasks. */
  readonly onFailed: (error: Error) => void
}

export const openReaper = ({ mark, onRestarted, onFailed }: ReaperOptions): Reaper => {
  const groups = new Set<number>()
  let deadline: string | null = null
  const questions = new Map<string, (isOver: boolean) => void>()
  let asked = 0
  let isOver = false
  let resolveOver: () => void
  const over = new Promise<void>((resolve) => {
    resolveOver = resolve
  })
  const hear = (line: string): void => {
    if (line === 'over') {
      isOver = true
      resolveOver()
      for (const answer of questions.values()) answer(true)
      questions.clear()
      return
    }
    questions.get(line)?.(false)
    questions.delete(line)
  }
  let closing = false
  let startedAtMs = 0
  let exited: Promise<void>
  const start = (): ChildProcessByStdio<Writable, Readable, null> => {
    startedAtMs = performance.now()
    const child = spawn('bash', ['-c', script, 'millrace-reaper', `${markVariable}=${mark}`], { detached: true, stdio: ['pipe', 'pipe', 'ignore'], cwd: '/' })
    child.unref()
    ;(child.stdout as Socket).unref()
    createInterface({ input: child.stdout }).on('line', hear)
    child.stdin.on('error', () => {}) // it died: `exit` says so
    exited = new Promise((resolve) => {
      child.once('error', (cause) => {
        resolve()
        onFailed(new MillraceError('missing_requirement', 'the worker cannot start its reaper: install bash and see that it is on the PATH', { cause }))
      })
      // With all that it said.
      child.once('close', (code, signal) => {
        resolve()
        if (closing || (code ?? 0) < 0) return // it never began: `error` said so
        const how = signal ?? `exit code ${code}`
        // Ending by itself means that this bash cannot run the script; a signal came from outside.
        if (signal === null && performance.now() - startedAtMs < 1000)
          return onFailed(new MillraceError('missing_requirement', `the worker's reaper ended at once (${how}): install bash 4 or later`))
        onRestarted(how)
        running = start()
        for (const group of groups) write(`+ ${group}\n`)
        if (deadline !== null) write(deadline)
        for (const number of questions.keys()) write(`? ${number}\n`)
      })
    })
    return child
  }
  let running = start()
  const write = (line: string): void => {
    if (running.stdin.writable) running.stdin.write(line)
  }
  return {
    get pid() {
      return running.pid ?? -1
    },
    register(group) {
      groups.add(group)
      write(`+ ${group}\n`)
    },
    release(group) {
      if (groups.delete(group)) write(`- ${group}\n`)
    },
    renew(deadlineMs) {
      deadline = `l ${deadlineMs}\n`
      write(deadline)
    },
    over,
    isOver() {
      if (isOver || closing) return Promise.resolve(isOver)
      const number = String(++asked)
      return new Promise((resolve) => {
        questions.set(number, resolve)
        write(`? ${number}\n`)
      })
    },
    async close() {
      closing = true
      for (const answer of questions.values()) answer(isOver)
      questions.clear()
      running.stdin.end()
      await exited
    },
  }
}
