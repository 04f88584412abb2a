/** A thread for the triggers of one definition, whose code holds its event loop up. */
import { parentPort } from 'node:worker_threads'
import type { ToCode } from '../code-messages.ts'
import { makeTriggerLoop } from './trigger-loop.ts'

export interface ThreadData {
  readonly definition: string
}

const loop = makeTriggerLoop((message) => parentPort?.postMessage(message))

parentPort?.on('message', (message: ToCode) => {
  if (message.kind === 'run') loop.run(message)
  else if (message.kind === 'cancel') loop.cancel(message.token)
  else if (message.kind === 'answer') loop.answer(message.ask, message.value)
})
