import type { Health } from '../../schemas/http/monitor.ts'
import { ask } from './api-client.ts'
import { recordedInstance, runningInstance } from './instance.ts'
import { isAlive } from './process-identity.ts'
import type { Terminal } from './terminal.ts'

/** A connection string as it may be shown. */
const withoutPassword = (url: string): string => url.replace(/(\/\/[^:/@]*):[^@]*@/, '$1:***@')

/** What somebody has to act on. */
const troubleIn = (health: Partial<Health> | undefined): readonly string[] => {
  const { stopped_columns: stopped = [], clock_off_seconds: off = null } = health?.scheduler ?? {}
  const clock = off === null ? [] : [`the scheduler's clock is ${Math.abs(off)} s ${off > 0 ? 'ahead of' : 'behind'} the broker's: set both by NTP`]
  return [...stopped.map(({ column, reason }) => `column ${column} stands still: ${reason}`), ...clock]
}

/** `millrace status`: what runs on a data directory. Resolves with the exit code: 0 ready, 1 starting or stopping, 3 not running. */
export const status = async (dataDir: string, asJson: boolean, terminal: Terminal, write: (text: string) => void): Promise<number> => {
  const running = runningInstance(dataDir)
  const left = running ? [] : (recordedInstance(dataDir)?.processes ?? []).filter(isAlive)
  const health = running ? await ask(running.url, '/api/v2/monitor/health') : undefined
  const exitCode = !running ? 3 : running.stage === 'ready' ? 0 : 1
  if (asJson) {
    const servers = running ? Object.fromEntries(Object.entries(running.env).map(([name, value]) => [name, withoutPassword(value)])) : {}
    const processes = (running?.processes ?? left).map(({ name, pid }) => ({ name, pid }))
    write(
      `${JSON.stringify({ running: running !== undefined, stage: running?.stage ?? null, url: running?.url ?? null, pid: running?.supervisor.pid ?? null, dataDir, processes, servers, health: health?.body ?? null }, undefined, 2)}\n`,
    )
    return exitCode
  }
  if (!running) {
    terminal.say(`not running (${dataDir})`)
    if (left.length > 0)
      terminal.warn(`left over from a start that was killed: ${left.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ')}; "millrace down" ends them`)
    return exitCode
  }
  terminal.say(`${running.stage} at ${running.url} (pid ${running.supervisor.pid}, since ${running.since})`)
  for (const { name, pid } of running.processes) terminal.say(`  ${name.padEnd(16)} pid ${pid}`)
  for (const line of troubleIn(health?.body as Partial<Health> | undefined)) terminal.warn(line)
  for (const [name, value] of Object.entries(running.env)) terminal.say(`  ${name}=${withoutPassword(value)}`)
  return exitCode
}
