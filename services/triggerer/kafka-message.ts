/** Whether a message is the one that is waited for, and what of it the task gets. */
import type { Json, JsonObject } from '../core/dag.ts'
import type { Incoming } from '../platform/bus/port.ts'

/** A big message is told by its place. */
const maxValueChars = 32_000

/** Read once, whoever looks at it. */
export interface Message {
  readonly record: Incoming
  readonly text: string | null
  /** undefined: it is no JSON. */
  readonly json: () => Json | undefined
}

export const readMessage = (record: Incoming): Message => {
  const text = record.value?.toString('utf8') ?? null
  let json: { readonly value: Json | undefined } | null = null
  return {
    record,
    text,
    json: () => {
      json ??= { value: parsed(text) }
      return json.value
    },
  }
}

/** undefined: it is another one. */
export const matchMessage = ({ key, where, value: kind }: JsonObject, { record, text, json }: Message): JsonObject | undefined => {
  if (typeof key === 'string' && record.key !== key) return undefined
  const value: Json | undefined = kind === 'text' ? text : json()
  if (typeof where === 'object' && where !== null && !Array.isArray(where)) {
    if (value === undefined) return undefined
    for (const [path, wanted] of Object.entries(where)) if (!isSame(at(value, path), wanted)) return undefined
  }
  const { topic, partition, offset, timestamp, headers } = record
  const fits = (text?.length ?? 0) <= maxValueChars
  return { topic, partition, offset, timestamp, key: record.key, value: fits ? (value ?? text) : null, headers: { ...headers } }
}

/** undefined: it is no JSON. */
const parsed = (text: string | null): Json | undefined => {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return undefined
  }
}

const at = (value: Json, path: string): Json | undefined => {
  let found: Json | undefined = value
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as JsonObject)[name]
  }
  return found
}

/** A template makes text of everything: '5' is 5. */
const isSame = (found: Json | undefined, wanted: Json | undefined): boolean =>
  found !== undefined &&
  (JSON.stringify(found) === JSON.stringify(wanted) || (typeof wanted === 'string' && typeof found !== 'object' && String(found) === wanted))
