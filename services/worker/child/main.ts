/**
 * A task child: runs one attempt at a time for its worker, in a process group of its own, and is used again. It ends when the worker is gone, when it
 * is told to by SIGTERM, or when it is killed; the worker and its reaper see to that.
 */
import { getEventListeners } from 'node:events'
import { ensureError } from '../../core/errors.ts'
import { makeLoadedBundles } from '../../holder/loaded-bundles.ts'
import { makeMasker } from '../../holder/mask.ts'
import { canFindStrays, killStrays } from '../../holder/stray-processes.ts'
import type { Ask, ChildSettings, FromChild, RunMessage, ToChild } from '../child-messages.ts'
import { makeControlLines } from './control-lines.ts'
import { failure, runAttempt } from './run-attempt.ts'
import { watchSpawns } from './spawn-watch.ts'
import { makeXComFolder } from './xcom-folder.ts'

const settings: ChildSettings = JSON.parse(process.argv[2] ?? '{}')
/** An ES module stays in memory for ever: after this many bundles a new child takes over. */
const maxBundles = 200

const lines = makeControlLines(settings.nonce, process.stdout, process.stderr)
const masker = makeMasker()
const bundles = makeLoadedBundles()
const spawns = watchSpawns()
const home = process.cwd()
const asks = new Map<number, { readonly resolve: (value: string | null) => void; readonly reject: (error: Error) => void }>()
let lastAsk = 0
let running: { readonly seq: number; readonly abort: AbortController } | null = null

const send = (message: FromChild): void => {
  process.send?.(message)
}

const ask = (what: Ask['what'], key: string): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const number = ++lastAsk
    asks.set(number, { resolve, reject })
    send({ kind: 'ask', ask: number, what, key })
  })

/** Nothing that the task started may outlive it; where we cannot look for it, this process and its group go, too. */
const cleanUp = (spawned: boolean): boolean => {
  if (process.cwd() !== home) process.chdir(home)
  if (!spawned) return false
  killStrays(process.pid, settings.mark, process.pid)
  return !canFindStrays
}

const finish = async (seq: number, result: Extract<FromChild, { kind: 'done' }>['result'], rendered: string | null, broken: boolean): Promise<void> => {
  if (running?.seq !== seq) return // it ended by an uncaught error before
  const { aborted } = running.abort.signal
  running = null
  const spawned = spawns.take()
  const dirty = cleanUp(spawned) || broken || aborted || bundles.loaded() >= maxBundles
  const quiet = lines.isQuiet() && !spawned
  if (!quiet) await lines.end(seq)
  send({ kind: 'done', seq, result, rendered, dirty, quiet })
}

const run = async (message: RunMessage): Promise<void> => {
  const abort = new AbortController()
  running = { seq: message.seq, abort }
  const { result, rendered } = await runAttempt({ lines, masker, bundles, ask, send, xcomStore: makeXComFolder(settings.xcomDir) }, message, abort.signal)
  await finish(message.seq, result, rendered, false)
}

process.on('message', (message: ToChild) => {
  if (message.kind === 'run') void run(message)
  else {
    if (message.problem === null) asks.get(message.ask)?.resolve(message.value)
    else asks.get(message.ask)?.reject(new Error(message.problem))
    asks.delete(message.ask)
  }
})

// Thrown where no task awaits it: it belongs to the attempt that runs, and this process is not to be trusted with another one.
const onUncaught = (thrown: unknown): void => {
  lines.log('error', `Uncaught in the task's process: ${ensureError(thrown).stack ?? String(thrown)}`)
  if (running === null) process.exit(1)
  void finish(running.seq, failure(thrown, masker, true), null, true)
}
process.on('uncaughtException', onUncaught)
process.on('unhandledRejection', onUncaught)

// Cancel and time-out: the task may tidy up if it listens to its signal; the worker sends SIGKILL 5 s later.
process.on('SIGTERM', () => {
  if (running === null) process.exit(0)
  const { signal } = running.abort
  const listens = getEventListeners(signal, 'abort').length > 0
  running.abort.abort()
  if (!listens) process.exit(143)
})
process.on('SIGINT', () => {}) // Ctrl-C is for the worker, which decides

// The worker is gone: so are its tasks (the reaper is on its way, too).
process.on('disconnect', () => process.exit(0))

send({ kind: 'ready' })
