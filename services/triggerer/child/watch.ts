/**
 * The thread that watches the process's event loop: when it stands still, it asks by the debugger of Node whose code is at it, and says so on stderr, as
 * the loop itself could not.
 */
import { writeSync } from 'node:fs'
import { Session } from 'node:inspector'
import { workerData } from 'node:worker_threads'
import { type Blocked, blockedMark } from '../code-messages.ts'

export interface WatchData {
  /** Counts up while the loop goes round. */
  readonly ticks: Int32Array
  readonly blockMs: number
}

const { ticks, blockMs } = workerData as WatchData
let last = Atomics.load(ticks, 0)
let since = performance.now()
let isAsking = false
/** Said already of this standstill. */
let isSaid = false

const say = (blocked: string | null, at: string): void => {
  isSaid = true
  writeSync(2, `\n${blockedMark}${JSON.stringify({ blocked, ms: Math.round(performance.now() - since), at } satisfies Blocked)}\n`)
}

const whoIsAtIt = (): void => {
  isAsking = true
  const session = new Session()
  const end = (): void => {
    session.disconnect()
    isAsking = false
  }
  session.connectToMainThread()
  session.once('Debugger.paused', ({ params: { callFrames } }) => {
    const [frame] = callFrames
    const expression = "globalThis[Symbol.for('millrace.runningTrigger')]?.() ?? null"
    const at = frame === undefined ? '' : `${frame.functionName || 'anonymous'} (line ${frame.location.lineNumber + 1})`
    session.post('Debugger.evaluateOnCallFrame', { callFrameId: frame?.callFrameId ?? '', expression, returnByValue: true }, (error, answer) => {
      const found: unknown = error ? null : answer.result.value
      say(typeof found === 'string' ? found : null, at)
      session.post('Debugger.resume', () => session.post('Debugger.disable', end))
    })
  })
  session.post('Debugger.enable')
  session.post('Debugger.pause')
}

setInterval(() => {
  const now = Atomics.load(ticks, 0)
  if (now !== last) {
    last = now
    since = performance.now()
    isSaid = false
  } else if (!isAsking && !isSaid && performance.now() - since >= blockMs) whoIsAtIt()
}, blockMs / 5)
