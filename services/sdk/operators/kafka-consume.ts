import type { Json } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import type { KafkaValueKind } from '../../core/kafka-values.ts'
import { type Duration, durationMs } from '../../core/normal-duration.ts'
import { type Kind, kinds, oneOf } from '../../core/normal-kinds.ts'
import type { TaskContext } from '../context.ts'
import type { KafkaMessage } from '../hooks/kafka/kafka-message.ts'
import { makeTask } from '../make-task.ts'
import { named } from '../options.ts'
import type { Jsonified, MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'
import { valueKind } from './kafka-produce.ts'

export interface KafkaConsumeOptions<R = readonly KafkaMessage[], V = Json> extends TaskOptions {
  /** Connection of type kafka. Default `kafka_default`: the brokers that Millrace runs on. */
  readonly kafkaConnId?: string
  /** One or several (templates). */
  readonly topic: string | readonly string[]
  /** Consumer group (a template): it keeps the position. One task at a time should use it. */
  readonly group: string
  /** At most so many messages. Default 100. */
  readonly maxMessages?: number
  /** How long it waits for so many; then it takes what came. Default 5 s. */
  readonly within?: Duration
  /** How the values are read. Default `json`. */
  readonly value?: KafkaValueKind
  /** A message that cannot be read fails the task, or is left out with a warning. Default `fail`. */
  readonly badValues?: 'fail' | 'skip'
  /** Where a group begins that has read nothing yet. Default `beginning`. */
  readonly from?: 'beginning' | 'end'
  /** No message within the time skips the task (and what needs it). */
  readonly skipWhenEmpty?: boolean
  /** What is done with the batch; what it returns is the XCom. Default: the messages themselves. The group moves on when it has succeeded. */
  readonly apply?: (messages: readonly KafkaMessage<V>[], context: TaskContext) => R | Promise<R>
}

export const topicsKind: Kind = {
  says: 'the name of a topic, or a list of names',
  holds: (value) => [value].flat().length > 0 && [value].flat().every((topic) => kinds.nonEmpty.holds(topic)),
}
export const fromKind = oneOf('beginning', 'end')

/**
 * A task that reads a batch of messages by a consumer group: up to `maxMessages`, or what comes `within` a time. The group moves behind them when `apply`
 * has succeeded; a try whose end was lost after that gives its messages to the next try again, so the run's XCom always holds every message once.
 * @example kafkaConsume('orders', { topic: 'orders', group: 'billing', maxMessages: 500, apply: (messages) => bill(messages) })
 */
export const kafkaConsume = <R = readonly KafkaMessage[], V = Json>(
  taskId: string,
  options: KafkaConsumeOptions<R, V>,
): MappableTask<Jsonified<Awaited<R>>> => {
  const { kafkaConnId, topic, group, maxMessages, within, value, badValues, from, skipWhenEmpty, apply } = options ?? {}
  for (const [name, given] of Object.entries({ topic, group }))
    if (given === undefined) throw new MillraceError('bad_option', `${named('task', taskId)}: option '${name}' is missing`)
  return makeTask({
    operator: 'kafka_consume',
    taskId,
    options: { ...options },
    ownOptions: {
      kafkaConnId: kinds.nonEmpty,
      topic: topicsKind,
      group: kinds.nonEmpty,
      maxMessages: kinds.positive,
      within: kinds.timeout,
      value: valueKind,
      badValues: oneOf('fail', 'skip'),
      from: fromKind,
      skipWhenEmpty: kinds.flag,
      apply: kinds.function,
    },
    args: { kafkaConnId, topic, group, maxMessages, withinMs: durationMs(within) ?? undefined, value, badValues, from, skipWhenEmpty },
    code: { apply },
  })
}
