/** Messages as tasks and filters see them. */
import type { Json } from '../../../core/dag.ts'

export interface KafkaMessage<V = Json> {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** The producer's or the broker's, ms since the epoch. */
  readonly timestamp: number
  readonly key: string | null
  /** Null also for a tombstone. */
  readonly value: V
  readonly headers: Readonly<Record<string, string>>
}

/** A message to send. */
export interface KafkaOutput {
  /** Messages of one key stay in order. */
  readonly key?: string | null
  /** Text goes as it is, everything else as JSON, unless `valueFormat` says otherwise; null is a tombstone. */
  readonly value: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly partition?: number
}

type RawHeaders = Readonly<Record<string, Buffer | string | readonly (Buffer | string)[] | undefined>>

export const headersOf = (headers: RawHeaders | undefined): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers ?? {})) {
    const last = Array.isArray(value) ? (value.at(-1) as Buffer | string | undefined) : (value as Buffer | string | undefined)
    if (last !== undefined) found[name] = last.toString()
  }
  return found
}
