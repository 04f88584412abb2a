/**
 * A thread beside an evaluation: when its time is up it asks the debugger where the main thread is (a loop answers, too), writes that place to
 * descriptor 4, and kills the process.
 */
import { writeSync } from 'node:fs'
import inspector from 'node:inspector'
import { workerData } from 'node:worker_threads'
import { lateMark } from './evaluation.ts'

interface CallFrame {
  readonly functionName: string
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber?: number }
}

/** The typings know the inspector of Node's own `inspector` module by its events' names only. */
interface Session {
  connectToMainThread(): void
  on(event: 'Debugger.scriptParsed', listener: (message: { params: { scriptId: string; url: string } }) => void): void
  on(event: 'Debugger.paused', listener: (message: { params: { callFrames: readonly CallFrame[] } }) => void): void
  post(method: string): void
}

/** How long the debugger may take to answer: code that waits inside the system never does. */
const answerMs = 1000

const { limitMs } = workerData as { readonly limitMs: number }

const end = (stack: string): void => {
  writeSync(4, `${lateMark}${stack}`)
  process.kill(process.pid, 'SIGKILL')
}

setTimeout(() => {
  const session = new inspector.Session() as unknown as Session
  const urls = new Map<string, string>()
  session.connectToMainThread()
  session.on('Debugger.scriptParsed', ({ params }) => void urls.set(params.scriptId, params.url))
  session.on('Debugger.paused', ({ params }) =>
    end(
      params.callFrames
        .map(
          ({ functionName, location }) =>
            `    at ${functionName || '<anonymous>'} (${urls.get(location.scriptId) ?? 'unknown'}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1})`,
        )
        .join('\n'),
    ),
  )
  session.post('Debugger.enable')
  session.post('Debugger.pause')
  setTimeout(() => end(''), answerMs)
}, limitMs)
