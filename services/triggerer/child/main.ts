/**
 * The process for triggers with code: one event loop for all of them, watched by a thread. Code that holds the loop up is taken out of it, to a thread of
 * its own, with all triggers that run the same. It ends when the triggerer is gone.
 */
import { Worker } from 'node:worker_threads'
import type { FromCode, ToCode } from '../code-messages.ts'
import type { ThreadData } from './thread.ts'
import { makeTriggerLoop } from './trigger-loop.ts'
import type { WatchData } from './watch.ts'

const settings: { readonly blockMs: number } = JSON.parse(process.argv[2] ?? '{"blockMs":500}')
const send = (message: FromCode): void => void process.send?.(message)
const loop = makeTriggerLoop(send)

/** Definition -> its thread, and what runs in it. */
const threads = new Map<string, { readonly worker: Worker; readonly tokens: Set<string> }>()
/** Asks of threads, by the number they have with the triggerer. */
const threadAsks = new Map<number, { readonly worker: Worker; readonly ask: number }>()
let lastThreadAsk = 1_000_000_000

const threadOf = (definition: string) => {
  const known = threads.get(definition)
  if (known) return known
  const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: { definition } satisfies ThreadData })
  const made = { worker, tokens: new Set<string>() }
  worker.on('message', (message: FromCode) => {
    if (message.kind === 'ask') {
      threadAsks.set(++lastThreadAsk, { worker, ask: message.ask })
      return send({ ...message, ask: lastThreadAsk })
    }
    if (message.kind === 'end' && !made.tokens.delete(message.token)) return // cancelled
    send(message)
    if (message.kind === 'end') leave(definition)
  })
  const failed = (message: string): void => {
    threads.delete(definition)
    for (const token of made.tokens)
      send({ kind: 'end', token, end: { kind: 'failed', error: { type: 'thread_died', message, stack: null }, retryable: true } })
    made.tokens.clear()
  }
  worker.on('error', (error) => failed(`the thread of its trigger died: ${error instanceof Error ? error.message : String(error)}`))
  worker.on('exit', () => failed('the thread of its trigger ended'))
  threads.set(definition, made)
  return made
}
/** A thread without triggers goes: its code may hold it for ever. */
const leave = (definition: string): void => {
  const thread = threads.get(definition)
  if (!thread || thread.tokens.size > 0) return
  threads.delete(definition)
  void thread.worker.terminate()
}

const moved = new Set<string>()

process.on('message', (message: ToCode) => {
  switch (message.kind) {
    case 'run': {
      if (!moved.has(message.definition)) return loop.run(message)
      const { worker, tokens } = threadOf(message.definition)
      tokens.add(message.token)
      return worker.postMessage(message)
    }
    case 'cancel': {
      loop.cancel(message.token)
      for (const [definition, { worker, tokens }] of threads)
        if (tokens.delete(message.token)) {
          worker.postMessage(message)
          leave(definition)
        }
      return
    }
    case 'move': {
      moved.add(message.definition)
      const { definition } = message
      for (const trigger of loop.take(definition)) {
        const { worker, tokens } = threadOf(definition)
        tokens.add(trigger.token)
        worker.postMessage({ kind: 'run', ...trigger } satisfies ToCode)
      }
      return send({ kind: 'moved', definition })
    }
    case 'answer': {
      const thread = threadAsks.get(message.ask)
      if (!thread) return loop.answer(message.ask, message.value)
      threadAsks.delete(message.ask)
      return thread.worker.postMessage({ ...message, ask: thread.ask } satisfies ToCode)
    }
    default:
      return message satisfies never
  }
})

// Thrown where no trigger awaits it: whose it was is not known, and the others must not pay for it.
for (const name of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(name, (thrown) =>
    process.stderr.write(`nobody caught in the code of a trigger: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`),
  )
process.on('SIGINT', () => {}) // Ctrl-C is for the triggerer, which decides
process.on('disconnect', () => process.exit(0))

const ticks = new Int32Array(new SharedArrayBuffer(4))
setInterval(() => Atomics.add(ticks, 0, 1), settings.blockMs / 5)
new Worker(new URL('./watch.js', import.meta.url), { workerData: { ticks, blockMs: settings.blockMs } satisfies WatchData })

send({ kind: 'ready' })
