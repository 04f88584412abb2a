import { spawn } from 'node:child_process'
import { stopSignalOf } from './stop-signal.ts'

/**
 * Reads `SIGNAL pid` and `- pid`. When its input ends, the supervisor is gone, however it went: what it had started is asked to
 * end, and killed after ten seconds.
 */
const script = `
list=" "
while read -r sign pid; do
  case $sign in
    -) list=$(printf %s "$list" | sed "s/ $pid:[A-Z]* / /") ;;
    *) list="$list$pid:$sign " ;;
  esac
done
for entry in $list; do kill "-\${entry#*:}" "-\${entry%:*}" 2>/dev/null; done
n=0
while [ $n -lt 50 ]; do
  alive=
  for entry in $list; do kill -0 "-\${entry%:*}" 2>/dev/null && alive=1; done
  [ -z "$alive" ] && exit 0
  sleep 0.2
  n=$((n + 1))
done
for entry in $list; do kill -KILL "-\${entry%:*}" 2>/dev/null; done
`

/** Watches over process groups in case this process is killed. */
export interface Guard {
  /** `name` says by which signal it is asked to end. */
  watch(pid: number, name: string): void
  unwatch(pid: number): void
  /** All groups have ended: it may go. */
  dismiss(): void
}

export const openGuard = (): Guard => {
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  shell.stdin.on('error', () => undefined) // it was killed: the next start ends leftovers by run.json
  shell.unref()
  const tell = (line: string) => {
    if (shell.stdin.writable) shell.stdin.write(`${line}\n`)
  }
  return { watch: (pid, name) => tell(`${stopSignalOf(name).slice(3)} ${pid}`), unwatch: (pid) => tell(`- ${pid}`), dismiss: () => shell.stdin.end() }
}
