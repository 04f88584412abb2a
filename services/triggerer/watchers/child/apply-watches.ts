/** Watches on messages: reads the value, asks the filter, makes the extra. User code runs here, so what it throws costs its message alone. */
import { maxExtraBytes } from '../../../../schemas/dataset-event.ts'
import type { Json } from '../../../core/dag.ts'
import { ensureError, MillraceError } from '../../../core/errors.ts'
import { shown } from '../../../core/normal-kinds.ts'
import type { KafkaMessage } from '../../../sdk/hooks/kafka/kafka-message.ts'
import { readValue } from '../../../sdk/hooks/kafka/message-values.ts'
import { makeRegistryValues, type RegistryValues } from '../../../sdk/hooks/kafka/registry-values.ts'
import type { WatchCode } from '../../../sdk/watch.ts'
import type { Applied, ApplyRequest, RawMessage, WatchSpec } from '../watch-messages.ts'
import type { Expressions } from './expressions.ts'

/** What an event may carry, less what stands around the messages of a batch. */
const maxBytes = maxExtraBytes - 1500

export interface ApplyParts {
  /** The functions of a watch in its DAG's code. Rejects when they cannot be loaded. */
  code(watch: WatchSpec): Promise<WatchCode>
  expressions(): Promise<Expressions>
}

interface Judge {
  readonly filter: ((message: KafkaMessage) => unknown) | null
  readonly extra: ((message: KafkaMessage) => unknown) | null
}

/** Watch and message that come next, by index. */
export type OnNext = ((watch: number, message: number) => void) | null

export interface Apply {
  /** The functions and expressions of the watches. Rejects when they cannot be loaded. */
  load(request: ApplyRequest): Promise<(onNext: OnNext) => Promise<readonly Applied[]>>
}

export const makeApply = (parts: ApplyParts): Apply => {
  const registries = new Map<string, RegistryValues>()
  const judgeOf = async (watch: WatchSpec): Promise<Judge> => {
    const code = watch.needsCode ? await parts.code(watch) : {}
    const expressions = watch.filter !== null || watch.extra !== null ? await parts.expressions() : null
    const expression = (text: string | null) => (text === null || expressions === null ? null : (message: KafkaMessage) => expressions.evaluate(text, message))
    return { filter: code.filter ?? expression(watch.filter), extra: code.extra ?? expression(watch.extra) }
  }
  return {
    async load({ access, watches, messages, skip }) {
      const registry = registries.get(access.connectionId) ?? makeRegistryValues(access)
      registries.set(access.connectionId, registry)
      const judges: Judge[] = []
      for (const watch of watches) judges.push(await judgeOf(watch))
      return async (onNext) => {
        const applied: Applied[] = []
        for (const [index, watch] of watches.entries()) {
          const skipped = new Set(skip.filter(([of]) => of === index).map(([, message]) => message))
          applied.push(await applyOne(watch, judges[index] as Judge, messages, registry, skipped, onNext === null ? null : (message) => onNext(index, message)))
        }
        return applied
      }
    },
  }
}

const applyOne = async (
  watch: WatchSpec,
  judge: Judge,
  messages: readonly RawMessage[],
  registry: RegistryValues,
  skipped: ReadonlySet<number>,
  onNext: ((message: number) => void) | null,
): Promise<Applied> => {
  const matches: [number, string][] = []
  const faults: [number, string, string][] = []
  for (const [index, raw] of messages.entries()) {
    if (skipped.has(index)) continue
    onNext?.(index)
    try {
      const pending = judged(watch, judge, raw, registry)
      // Most are judged in one go: an await for each message would be the dearest part.
      const extra = pending instanceof Promise ? await pending : pending
      if (extra !== null) matches.push([index, extra])
    } catch (thrown) {
      const error = ensureError(thrown)
      const code = error instanceof MillraceError ? error.code : 'filter_failed'
      if (code === 'registry_unreachable') throw error // not the message's fault: it is judged when the registry answers again
      faults.push([index, code, error.message])
    }
  }
  return { matches, faults }
}

/** JSON of the extra, or null when the message does not count. */
const judged = (watch: WatchSpec, judge: Judge, raw: RawMessage, registry: RegistryValues): string | null | Promise<string | null> => {
  const value = readValue(watch.value, raw.value === null ? null : Buffer.from(raw.value.buffer, raw.value.byteOffset, raw.value.byteLength), registry)
  return value instanceof Promise ? value.then((read) => asked(watch, judge, raw, read)) : asked(watch, judge, raw, value)
}

const asked = (
  watch: WatchSpec,
  judge: Judge,
  { partition, offset, timestamp, key, headers }: RawMessage,
  value: Json,
): string | null | Promise<string | null> => {
  const message: KafkaMessage = { topic: watch.topic, partition, offset, timestamp, key, value, headers }
  const answer = judge.filter === null ? true : call('filter', judge.filter, message)
  if (answer instanceof Promise)
    return answer.then(
      async (counts) => (counts ? extraOf(judge, message) : null),
      (thrown) => Promise.reject(failed('filter', thrown)),
    )
  return answer ? extraOf(judge, message) : null
}

const extraOf = (judge: Judge, message: KafkaMessage): string | Promise<string> => {
  if (judge.extra === null) {
    const { headers: _, ...rest } = message
    return extraJson(rest)
  }
  const made = call('extra', judge.extra, message)
  return made instanceof Promise ? made.then(extraJson, (thrown) => Promise.reject(failed('extra', thrown))) : extraJson(made)
}

const call = (what: 'filter' | 'extra', run: (message: KafkaMessage) => unknown, message: KafkaMessage): unknown => {
  try {
    return run(message)
  } catch (thrown) {
    throw failed(what, thrown)
  }
}

const failed = (what: string, thrown: unknown): Error => {
  const error = ensureError(thrown)
  return error instanceof MillraceError ? error : new Error(`the watch's ${what} threw ${error.name}: ${error.message}`, { cause: error })
}

const extraJson = (extra: unknown): string => {
  const json = JSON.stringify(extra ?? {}) as string | undefined
  if (json === undefined || !json.startsWith('{')) throw new Error(`the watch's extra must give an object, not ${shown(extra)}`)
  const bytes = Buffer.byteLength(json)
  if (bytes > maxBytes)
    throw new MillraceError('too_big', `the event's extra would be ${bytes} bytes, at most ${maxBytes} are allowed: let the watch's extra pick what is needed`)
  return json
}
