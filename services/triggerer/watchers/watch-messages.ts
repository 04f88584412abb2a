/** What the watchers and the process that runs filters say to each other. */
import type { ErrorCode } from '../../core/errors.ts'
import type { Watch } from '../../core/watch.ts'
import type { KafkaAccess } from '../../sdk/hooks/kafka/kafka-access.ts'

/** A watch as the child needs it. */
export interface WatchSpec extends Pick<Watch, 'uri' | 'topic' | 'value' | 'filter' | 'extra' | 'needsCode'> {
  readonly dagId: string
  /** File of the DAG's code; null: it needs none. */
  readonly bundle: string | null
}

/** A message as it lies on the topic. */
export interface RawMessage {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: Uint8Array | null
  readonly headers: Readonly<Record<string, string>>
}

export interface ApplyRequest {
  readonly seq: number
  /** Where Avro schemas are. */
  readonly access: KafkaAccess
  readonly watches: readonly WatchSpec[]
  readonly messages: readonly RawMessage[]
  /** Watches and messages, by index, that are left alone: the process died over them. */
  readonly skip: readonly (readonly [number, number])[]
  /** Tells before each message which it is, so that the one is known that the process dies over. */
  readonly careful: boolean
}

/** Of one watch: what counts, and what could not be read or judged; both by the message's index. */
export interface Applied {
  /** With the JSON of the event's extra. */
  readonly matches: readonly (readonly [number, string])[]
  readonly faults: readonly (readonly [number, string, string])[]
}

export type FromFilterChild =
  /** The code is there: from now on it is at work. */
  | { readonly kind: 'loaded'; readonly seq: number }
  /** `careful`: the watch and the message that come next, by index. */
  | { readonly kind: 'at'; readonly seq: number; readonly at: readonly [number, number] }
  | { readonly kind: 'applied'; readonly seq: number; readonly applied: readonly Applied[] }
  /** Nothing was judged; it may pass (a registry that is away). */
  | { readonly kind: 'failed'; readonly seq: number; readonly code: ErrorCode; readonly message: string }
