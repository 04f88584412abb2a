/** Runs triggers with code, any number at once, in the event loop that it is called in: the process's own, or that of a thread. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { format } from 'node:util'
import type { AttemptContext } from '../../core/attempt-context.ts'
import type { TaskDefinition } from '../../core/dag.ts'
import { makeLoadedBundles } from '../../holder/loaded-bundles.ts'
import type { LogLevel } from '../../sdk/runtime/attempt.ts'
import { runTrigger } from '../../sdk/runtime/run-trigger.ts'
import { listMadeTriggers, type MadeTrigger } from '../../sdk/triggers/custom-trigger.ts'
import type { CodeTrigger, FromCode } from '../code-messages.ts'
import { endOf, firedWith } from '../trigger-end.ts'
import { hostOf } from '../trigger-host.ts'

export interface TriggerLoop {
  run(trigger: CodeTrigger): void
  cancel(token: string): void
  /** Takes all triggers of a definition out of this loop. */
  take(definition: string): readonly CodeTrigger[]
  answer(ask: number, value: string | null): void
  readonly size: number
}

/** Asked by the watching thread, when this loop stands still: whose code is at it. */
export const runningKey = Symbol.for('millrace.runningTrigger')

export const makeTriggerLoop = (send: (message: FromCode) => void): TriggerLoop => {
  const running = new Map<string, { readonly trigger: CodeTrigger; readonly abort: AbortController }>()
  const storage = new AsyncLocalStorage<string>()
  const asks = new Map<number, (value: string | null) => void>()
  let lastAsk = 0
  Object.assign(globalThis, { [runningKey]: () => storage.getStore() ?? null })
  const made = listMadeTriggers()
  const bundles = makeLoadedBundles()
  const triggersOf = new Map<string, readonly MadeTrigger[]>()
  let loading: Promise<unknown> = Promise.resolve()

  /** One at a time: what a file's code makes while it is loaded is that file's. */
  const load = (trigger: CodeTrigger, dagId: string) => {
    const turn = loading.then(async () => {
      const dag = await storage.run(trigger.token, () => bundles.dag(trigger.bundle, dagId))
      if (!triggersOf.has(trigger.bundle)) triggersOf.set(trigger.bundle, made.splice(0))
      return { dag, triggers: triggersOf.get(trigger.bundle) ?? [] }
    })
    loading = turn.catch(() => undefined)
    return turn
  }
  const ask = (what: 'connection' | 'variable', key: string): Promise<string | null> =>
    new Promise((resolve) => {
      const number = ++lastAsk
      asks.set(number, resolve)
      send({ kind: 'ask', ask: number, what, key })
    })
  const logOf =
    (token: string) =>
    (level: LogLevel, text: string): void =>
      send({ kind: 'log', token, level, text })

  // What the code prints belongs to the trigger that prints it.
  for (const [name, level] of [
    ['log', 'info'],
    ['info', 'info'],
    ['debug', 'debug'],
    ['warn', 'warn'],
    ['error', 'error'],
  ] as const) {
    const printer = globalThis.console
    const own = printer[name].bind(printer)
    printer[name] = (...parts: unknown[]) => {
      const token = storage.getStore()
      if (token === undefined) own(...parts)
      else logOf(token)(level, format(...parts))
    }
  }

  const start = async (trigger: CodeTrigger, abort: AbortController): Promise<FromCode> => {
    const { token } = trigger
    try {
      const task: TaskDefinition = JSON.parse(trigger.task)
      const context: AttemptContext = JSON.parse(trigger.context)
      const { dag, triggers } = await load(trigger, context.dagId)
      const host = { ...hostOf(ask, (value) => send({ kind: 'secret', value })), log: logOf(token), signal: abort.signal }
      const event = await storage.run(token, () => runTrigger({ trigger: trigger.trigger, context, code: { task, dag, triggers } }, host))
      return { kind: 'end', token, end: firedWith(event) }
    } catch (thrown) {
      return { kind: 'end', token, end: endOf(thrown) }
    }
  }

  return {
    get size() {
      return running.size
    },
    run(trigger) {
      const abort = new AbortController()
      const entry = { trigger, abort }
      running.set(trigger.token, entry)
      void start(trigger, abort).then((message) => {
        if (running.get(trigger.token) !== entry) return // cancelled, or moved
        running.delete(trigger.token)
        send(message)
      })
    },
    cancel(token) {
      running.get(token)?.abort.abort(new Error('nobody waits for this trigger any more'))
      running.delete(token)
    },
    take(definition) {
      const taken = [...running.values()].filter(({ trigger }) => trigger.definition === definition)
      for (const { trigger, abort } of taken) {
        running.delete(trigger.token)
        abort.abort(new Error('moved to a thread'))
      }
      return taken.map(({ trigger }) => trigger)
    },
    answer(number, value) {
      asks.get(number)?.(value)
      asks.delete(number)
    },
  }
}
