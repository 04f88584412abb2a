import { setTimeout as delay } from 'node:timers/promises'
import { endLeftovers, forgetInstance, recordedInstance, runningInstance } from './instance.ts'
import { isAlive } from './process-identity.ts'
import type { Terminal } from './terminal.ts'

/** Longer than the supervisor itself may take. */
const timeoutMs = 90_000

/** `millrace down`: asks the stack of a data directory to end, in order, and waits for it. */
export const down = async (dataDir: string, terminal: Terminal): Promise<void> => {
  const running = runningInstance(dataDir)
  if (running) {
    process.kill(running.supervisor.pid, 'SIGTERM')
    const deadline = performance.now() + timeoutMs
    while (isAlive(running.supervisor) && performance.now() < deadline) await delay(50)
    if (isAlive(running.supervisor)) {
      terminal.warn(`pid ${running.supervisor.pid} has not ended after ${timeoutMs / 1000} s: killing it`)
      process.kill(running.supervisor.pid, 'SIGKILL')
    }
  }
  const left = await endLeftovers(dataDir)
  const known = running ?? recordedInstance(dataDir)
  forgetInstance(dataDir)
  if (left.length > 0) terminal.say(`ended what was left running: ${left.join(', ')}`)
  terminal.say(known ? `stopped (data are kept in ${dataDir})` : `nothing runs on ${dataDir}`)
}
