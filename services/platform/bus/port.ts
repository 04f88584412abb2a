/**
 * The bus: all that any service knows of Kafka. Two implementations pass one contract suite (test/contract/bus): `kafka/` on a broker and
 * `memory/` for unit and simulation tests. Offsets are numbers (safe to 2^53).
 */
export type Headers = Readonly<Record<string, string>>

export interface Outgoing {
  /** Full topic name, prefix included. */
  readonly topic: string
  /** Always by explicit partition or by key: a keyless record may change its partition on a retry. */
  readonly partition?: number
  readonly key: string
  /** null: tombstone. */
  readonly value: Buffer | null
  readonly headers?: Headers
}

export interface Incoming {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** The broker's or producer's timestamp, ms since the epoch. */
  readonly timestamp: number
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Headers
}

export interface Ack {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export type Start = number | 'beginning' | 'end'

export interface SubscribeOptions {
  readonly topics: readonly string[]
  /**
   * `all`: every partition of every topic, alone (no group is shared with others).
   * `only`: the given partitions, alone.
   * `columns`: one consumer group; partition p of every topic in `columnTopics` goes to one member, sticky and balanced; the other topics are
   * read whole by every member.
   */
  readonly assignment:
    | { readonly kind: 'all' }
    | { readonly kind: 'only'; readonly partitions: Readonly<Record<string, readonly number[]>> }
    | { readonly kind: 'columns'; readonly group: string; readonly columnTopics: readonly string[] }
  /**
   * Where to begin with a partition, asked each time it is (newly) assigned. `end` is the end as of the moment of asking: nothing written after
   * `subscribe` was called is missed. A number outside of first..last is an error (`position_lost`), never a silent reset.
   */
  readonly start: (topic: string, partition: number) => Start
  /** Records of one partition in order. Must return at once (DESIGN invariant 9): hand over and return. */
  readonly onRecords: (records: readonly Incoming[]) => void
  /**
   * How far the subscription has read, after `onRecords`: also past what is never delivered (transaction markers). For those who must know that
   * they are at an end (`read-to-end.ts`).
   */
  readonly onProgress?: (topic: string, partition: number, nextOffset: number) => void
  /** `columns` only: the columns this member owns from now on. Called at each change, also with the same ones after a lost session. */
  readonly onAssigned?: (columns: readonly number[]) => void
  /** The subscription cannot go on (a position is lost, the consumer crashed for good). The service should end. */
  readonly onFailed: (error: Error) => void
  /** `fast`: 3 s session, 200 ms long poll, for groups whose members take over; `calm` (default): 30 s / 5 s, costs next to nothing when idle. */
  readonly pace?: 'fast' | 'calm'
  /**
   * After records came, so long until more are asked for: fewer and bigger fetches where a few ms do not matter, as a request costs broker and client
   * far more than a record does. The first record after quiet still comes at once. The memory twin does not linger.
   */
  readonly lingerMs?: number
}

export interface Subscription {
  /** Leaves without waiting for a long poll to come back. */
  close(): Promise<void>
}

export interface TopicState {
  readonly partitions: readonly {
    readonly partition: number
    readonly low: number
    readonly high: number
    /** When asked for: offset of the first record of that time or later; `high` when there is none. */
    readonly since?: number
  }[]
}

export interface CreateTopic {
  readonly topic: string
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
}

export interface Bus {
  /**
   * Appends records and resolves with their places in the order given when all are durable. Records of one caller keep their order within a
   * partition. Never rejects for a reason that passes (a dead broker: it waits, with back-pressure); rejects with `too_big` or `shutting_down`.
   */
  send(records: readonly Outgoing[]): Promise<readonly Ack[]>
  subscribe(options: SubscribeOptions): Promise<Subscription>
  /** First offset and the one after the last, of each partition. `low === high`: empty. `sinceMs`: and where its records of that time begin. */
  offsets(topic: string, sinceMs?: number): Promise<TopicState>
  /** Creates what is missing; answers, for what was there, where it differs from what was asked (in words), per topic. */
  ensureTopics(topics: readonly CreateTopic[]): Promise<ReadonlyMap<string, readonly string[]>>
  /** Deletes everything before the offset (Kafka DeleteRecords). */
  deleteRecords(topic: string, partition: number, before: number): Promise<void>
  /** Sends what is queued, then disconnects. */
  close(): Promise<void>
}
