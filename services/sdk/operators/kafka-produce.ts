import type { Json } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import { type KafkaValueKind, kafkaValueKinds } from '../../core/kafka-values.ts'
import { type Kind, kinds, oneOf, orNull } from '../../core/normal-kinds.ts'
import type { TaskContext } from '../context.ts'
import { inputKind } from '../function-task.ts'
import type { KafkaOutput } from '../hooks/kafka/kafka-message.ts'
import type { Produced } from '../hooks/kafka/produce.ts'
import { makeTask } from '../make-task.ts'
import { named } from '../options.ts'
import type { Inputs, MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'

type Outputs = Iterable<KafkaOutput> | AsyncIterable<KafkaOutput>

export interface KafkaProduceOptions<I extends Inputs = Inputs> extends TaskOptions {
  /** Connection of type kafka. Default `kafka_default`: the brokers that Millrace runs on. */
  readonly kafkaConnId?: string
  /** Where to (a template). */
  readonly topic: string
  /** One message (templates): its value, text as it is, everything else as JSON. */
  readonly value?: Json
  readonly key?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** Several messages: a list (templates), or a function that makes them when the task runs. */
  readonly messages?: readonly KafkaOutput[] | ((context: TaskContext<I>) => Outputs | Promise<Outputs>)
  /** Tasks whose results the function gets as `inputs`; the task runs after them. */
  readonly inputs?: I
  readonly valueFormat?: KafkaValueKind
  /** Of the schema registry, for Avro. Default `<topic>-value`. */
  readonly subject?: string
  /** So many partitions has the topic, which is made if it is not there. Default: then the task fails. */
  readonly createPartitions?: number
}

export const valueKind = oneOf(...kafkaValueKinds)
const messagesKind: Kind = { says: 'a list of messages, or a function that makes them', holds: (value) => Array.isArray(value) || typeof value === 'function' }

/**
 * A task that sends messages to a topic, in order. Its XCom says how many, and where they lie. Each message carries the header `idempotency-key`, the same
 * in every try, so that readers can drop what a try sent again that had failed half-way.
 * @example kafkaProduce('announce', { topic: 'orders', key: '{{ run_id }}', value: { day: '{{ ds }}' } })
 * @example kafkaProduce('send', { topic: 'orders', inputs: { rows }, messages: ({ inputs }) => inputs.rows.map((row) => ({ key: row.id, value: row })) })
 */
export const kafkaProduce = <I extends Inputs = Inputs>(taskId: string, options: KafkaProduceOptions<I>): MappableTask<Produced> => {
  const where = named('task', taskId)
  const { kafkaConnId, topic, value, key, headers, messages, inputs, valueFormat, subject, createPartitions } = options ?? {}
  if (topic === undefined) throw new MillraceError('bad_option', `${where}: option 'topic' is missing`)
  if (value !== undefined && messages !== undefined)
    throw new MillraceError('bad_option', `${where}: options 'value' (one message) and 'messages' (several) exclude each other`)
  if (messages !== undefined && (key !== undefined || headers !== undefined))
    throw new MillraceError('bad_option', `${where}: with 'messages' each message has its own key and headers: leave them out here`)
  const isCode = typeof messages === 'function'
  return makeTask<Produced>({
    operator: 'kafka_produce',
    taskId,
    options: { ...options },
    ownOptions: {
      kafkaConnId: kinds.nonEmpty,
      topic: kinds.nonEmpty,
      value: kinds.any,
      key: orNull(kinds.text),
      headers: kinds.textMap,
      messages: messagesKind,
      inputs: inputKind,
      valueFormat: valueKind,
      subject: kinds.nonEmpty,
      createPartitions: kinds.positive,
    },
    args: { kafkaConnId, topic, value, key, headers, messages: isCode ? undefined : messages, valueFormat, subject, createPartitions },
    ...(inputs === undefined ? {} : { inputs }),
    code: { messages: isCode ? messages : undefined },
  })
}
