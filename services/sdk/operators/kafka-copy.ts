import type { Json } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import type { KafkaValueKind } from '../../core/kafka-values.ts'
import { kinds } from '../../core/normal-kinds.ts'
import type { TaskContext } from '../context.ts'
import type { Copied } from '../hooks/kafka/copy.ts'
import type { KafkaMessage, KafkaOutput } from '../hooks/kafka/kafka-message.ts'
import { makeTask } from '../make-task.ts'
import { named } from '../options.ts'
import type { MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'
import { fromKind } from './kafka-consume.ts'
import { valueKind } from './kafka-produce.ts'

type Output = KafkaOutput | readonly KafkaOutput[] | null

export interface KafkaCopyOptions<V = Json> extends TaskOptions {
  /** Connection of type kafka: both topics lie there. Default `kafka_default`: the brokers that Millrace runs on. */
  readonly kafkaConnId?: string
  readonly fromTopic: string
  readonly toTopic: string
  /** Consumer group that keeps the position; the copy's own (a template). Default: named after DAG and task. */
  readonly group?: string
  /** At most so many messages. Default: all that are there when it begins. */
  readonly maxMessages?: number
  /** Where a group begins that has no position yet. Default `beginning`. */
  readonly from?: 'beginning' | 'end'
  /** What a message becomes: one, several, or null for none. Default: itself, byte for byte. */
  readonly transform?: (message: KafkaMessage<V>, context: TaskContext) => Output | Promise<Output>
  /** How `transform` gets the value. Default `json`. */
  readonly value?: KafkaValueKind
  /** Of what `transform` gives. Default: text as it is, everything else as JSON. */
  readonly valueFormat?: KafkaValueKind
}

/**
 * A task that copies a topic into another one of the same cluster, exactly once: copies and position move in one Kafka transaction, so whoever reads
 * committed messages only sees each copy once, whatever fails and however often the task is tried. Its XCom says how many were read and written.
 * @example kafkaCopy('paid', { fromTopic: 'orders', toTopic: 'paid_orders', transform: ({ key, value }) => (value.paid ? { key, value } : null) })
 */
export const kafkaCopy = <V = Json>(taskId: string, options: KafkaCopyOptions<V>): MappableTask<Copied> => {
  const { kafkaConnId, fromTopic, toTopic, group, maxMessages, from, transform, value, valueFormat } = options ?? {}
  for (const [name, given] of Object.entries({ fromTopic, toTopic }))
    if (given === undefined) throw new MillraceError('bad_option', `${named('task', taskId)}: option '${name}' is missing`)
  return makeTask<Copied>({
    operator: 'kafka_copy',
    taskId,
    options: { ...options },
    ownOptions: {
      kafkaConnId: kinds.nonEmpty,
      fromTopic: kinds.nonEmpty,
      toTopic: kinds.nonEmpty,
      group: kinds.nonEmpty,
      maxMessages: kinds.positive,
      from: fromKind,
      transform: kinds.function,
      value: valueKind,
      valueFormat: valueKind,
    },
    args: { kafkaConnId, fromTopic, toTopic, group, maxMessages, from, value, valueFormat },
    code: { transform },
  })
}
