import type { Json } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import type { KafkaValueKind } from '../../core/kafka-values.ts'
import { shown } from '../../core/normal-kinds.ts'
import type { TaskContext } from '../context.ts'
import { currentAttempt } from '../current-attempt.ts'
import { consume } from './kafka/consume.ts'
import { type Copied, copy } from './kafka/copy.ts'
import { type KafkaAccess, kafkaAccess, ownKafkaId } from './kafka/kafka-access.ts'
import { kafkaError, openKafka } from './kafka/kafka-client.ts'
import { headersOf, type KafkaMessage, type KafkaOutput } from './kafka/kafka-message.ts'
import { readValue } from './kafka/message-values.ts'
import { messageOf, type Produced, partitionCount, produce } from './kafka/produce.ts'
import { makeRegistryValues, type RegistryValues } from './kafka/registry-values.ts'

export interface ProduceOptions {
  /** Default: text as it is, everything else as JSON. */
  readonly valueFormat?: KafkaValueKind
  /** Of the schema registry, for Avro. Default `<topic>-value`. */
  readonly subject?: string
  /** So many partitions has the topic, which is made if it is not there. Default: then it is an error. */
  readonly createPartitions?: number
}

export interface ConsumeOptions {
  readonly topic: string | readonly string[]
  readonly group: string
  /** Default 100. */
  readonly maxMessages?: number
  /** How long it waits for so many. Default 5,000. */
  readonly withinMs?: number
  /** Default `json`. */
  readonly value?: KafkaValueKind
  /** A message that cannot be read fails the task, or is left out with a warning. Default `fail`. */
  readonly badValues?: 'fail' | 'skip'
  /** Where a group begins that has read nothing yet. Default `beginning`. */
  readonly from?: 'beginning' | 'end'
}

export interface CopyOptions<V = Json> {
  readonly fromTopic: string
  readonly toTopic: string
  /** Keeps the position; the copy's own. */
  readonly group: string
  readonly maxMessages?: number
  readonly from?: 'beginning' | 'end'
  /** What a message becomes. Default: itself, byte for byte. null leaves it out. */
  readonly transform?: (message: KafkaMessage<V>) => KafkaOutput | readonly KafkaOutput[] | null | Promise<KafkaOutput | readonly KafkaOutput[] | null>
  /** How `transform` gets the value. Default `json`. */
  readonly value?: KafkaValueKind
  /** Of what `transform` gives. Default: text as it is, everything else as JSON. */
  readonly valueFormat?: KafkaValueKind
}

/**
 * Kafka inside a task, by the id of a connection; without one the brokers that Millrace itself runs on.
 * @example
 * await new KafkaHook().produce('orders', [{ key: 'a', value: { amount: 3 } }])
 * const sum = await new KafkaHook().consume({ topic: 'orders', group: 'sums' }, (messages) => sumOf(messages))
 */
export class KafkaHook {
  readonly #connectionId: string

  constructor(connectionId = ownKafkaId) {
    if (typeof connectionId !== 'string' || connectionId === '')
      throw new MillraceError('bad_option', `KafkaHook wants the id of a connection, not ${shown(connectionId)}`)
    this.#connectionId = connectionId
  }

  /** Sends the messages in order; resolves when all are durable. A try that failed half-way has sent some: each carries the header `idempotency-key`. */
  produce(topic: string, messages: Iterable<KafkaOutput> | AsyncIterable<KafkaOutput>, options: ProduceOptions = {}): Promise<Produced> {
    return this.#with(`producing to ${topic}`, async ({ kafka, registry, attempt }) =>
      produce(kafka, registry, {
        topic,
        messages,
        valueFormat: options.valueFormat ?? null,
        subject: options.subject ?? `${topic}-value`,
        createPartitions: options.createPartitions ?? null,
        idempotencyKey: attempt.idempotencyKey,
        signal: attempt.signal,
      }),
    )
  }

  /** Reads a batch, has it worked on, and moves the group behind it when `apply` has resolved. */
  consume<T, V = Json>(options: ConsumeOptions, apply: (messages: readonly KafkaMessage<V>[]) => T | Promise<T>): Promise<T> {
    const topics = [options.topic].flat() as string[]
    return this.#with(`consuming ${topics.join(', ')} as group '${options.group}'`, async ({ kafka, registry, attempt, own }) => {
      const { maxMessages = 100, withinMs = 5000, from = 'beginning', value = 'json', badValues = 'fail' } = options
      const onAgain = (count: number): void => attempt.log.info(`an earlier try took these ${count} messages and was lost: they come again`)
      const asked = { topics, group: options.group, maxMessages, withinMs, from, idempotencyKey: attempt.idempotencyKey, signal: attempt.signal, onAgain }
      return consume(kafka, asked, async ({ messages, commit }) => {
        const read: KafkaMessage<V>[] = []
        for (const message of messages) {
          try {
            read.push({ ...message, value: (await readValue(value, message.value, registry)) as V })
          } catch (thrown) {
            const bad = placed(message, thrown)
            if (badValues === 'fail' || !isUnreadable(thrown)) throw bad
            attempt.log.warn(`left out: ${bad.message}`)
          }
        }
        const result = await own(async () => apply(read))
        attempt.signal.throwIfAborted()
        await commit()
        return result
      })
    })
  }

  /** Copies what is there when it begins, exactly once: copies and position move in one transaction. */
  copy<V = Json>(options: CopyOptions<V>): Promise<Copied> {
    const { fromTopic, toTopic, group, transform, value = 'json', valueFormat = null } = options
    return this.#with(`copying ${fromTopic} to ${toTopic} as group '${group}'`, async ({ kafka, registry, attempt, own }) => {
      const targets = transform === undefined ? 0 : await partitionCount(kafka, toTopic)
      return copy(kafka, {
        fromTopic,
        toTopic,
        group,
        maxMessages: options.maxMessages ?? Number.MAX_SAFE_INTEGER,
        from: options.from ?? 'beginning',
        signal: attempt.signal,
        transform: async (raw, partition) => {
          if (transform === undefined) return [{ key: raw.key, value: raw.value, headers: raw.headers ?? {}, timestamp: raw.timestamp }]
          const message = {
            topic: fromTopic,
            partition,
            offset: Number(raw.offset),
            timestamp: Number(raw.timestamp),
            key: raw.key?.toString() ?? null,
            headers: headersOf(raw.headers),
          }
          const given = await read(message, () => readValue(value, raw.value, registry))
          const outputs = [(await own(async () => transform({ ...message, value: given as V }))) ?? []].flat() as readonly KafkaOutput[]
          return Promise.all(
            outputs.map((output, n) =>
              messageOf(output, n, targets, registry, {
                valueFormat,
                subject: `${toTopic}-value`,
                idempotencyKey: `${fromTopic}/${partition}/${raw.offset}`,
              }),
            ),
          )
        },
      })
    })
  }

  async #with<T>(what: string, work: (tools: Tools) => Promise<T>): Promise<T> {
    const attempt = currentAttempt(`KafkaHook('${this.#connectionId}')`)
    const access: KafkaAccess = kafkaAccess(await attempt.connection(this.#connectionId))
    attempt.signal.throwIfAborted()
    const log = { debug: (text: string) => attempt.log.debug(text), warn: (text: string) => attempt.log.warn(text) }
    const kafka = await openKafka(access, `millrace-task-${attempt.run.dagId}`, log)
    // What the author's own code throws (skip, fail, its own errors) is passed on as it is.
    let thrownByOwn: { readonly thrown: unknown } | null = null
    const own = async <R>(call: () => Promise<R>): Promise<R> => {
      try {
        return await call()
      } catch (thrown) {
        thrownByOwn = { thrown }
        throw thrown
      }
    }
    try {
      return await work({ kafka, registry: makeRegistryValues(access), attempt, own })
    } catch (thrown) {
      attempt.signal.throwIfAborted()
      if (thrownByOwn !== null) throw (thrownByOwn as { readonly thrown: unknown }).thrown
      throw kafkaError(access, what, thrown)
    }
  }
}

interface Tools {
  readonly kafka: Awaited<ReturnType<typeof openKafka>>
  readonly registry: RegistryValues
  readonly attempt: TaskContext
  readonly own: <R>(call: () => Promise<R>) => Promise<R>
}

type Place = Pick<KafkaMessage, 'topic' | 'partition' | 'offset'>

const isUnreadable = (thrown: unknown): boolean => thrown instanceof MillraceError && (thrown.code === 'undecodable' || thrown.code === 'unknown_schema')

const placed = ({ topic, partition, offset }: Place, thrown: unknown): Error =>
  thrown instanceof MillraceError
    ? new MillraceError(thrown.code, `${topic}/${partition} offset ${offset}: ${thrown.message}`, { cause: thrown })
    : (thrown as Error)

const read = async (place: Place, call: () => unknown): Promise<unknown> => {
  try {
    return await call()
  } catch (thrown) {
    throw placed(place, thrown)
  }
}
