import type { Supervisor } from './supervisor.ts'
import type { Terminal } from './terminal.ts'

/** A terminal's Ctrl-C comes twice under npm, from the terminal and passed on by npm: what follows so soon is the same. */
const sameSignalMs = 700

/** Ends the stack in order on the first signal, at once on the second. Resolves when a signal has ended it. */
export const endOnSignal = (supervisor: Supervisor, terminal: Terminal): Promise<void> =>
  new Promise((resolve, reject) => {
    let firstMs: number | undefined
    const onSignal = () => {
      if (firstMs === undefined) {
        firstMs = performance.now()
        terminal.say('stopping: running tasks may finish; once more to force')
        supervisor.stop().then(() => {
          terminal.say('stopped')
          resolve()
        }, reject)
      } else if (performance.now() - firstMs > sameSignalMs) {
        terminal.warn('forced: everything is killed')
        supervisor.kill()
        process.exit(130)
      }
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  })
