/** The code behind kafkaProduce, kafkaConsume and kafkaCopy. */
import { MillraceError } from '../../core/errors.ts'
import type { KafkaMessage, KafkaOutput } from '../hooks/kafka/kafka-message.ts'
import { type ConsumeOptions, type CopyOptions, KafkaHook, type ProduceOptions } from '../hooks/kafka-hook.ts'
import { skip } from '../outcomes.ts'
import type { OperatorRun } from './operator-run.ts'

const hookOf = ({ args }: OperatorRun): KafkaHook => new KafkaHook(typeof args.kafkaConnId === 'string' ? args.kafkaConnId : undefined)

const needed = ({ args, task }: OperatorRun, name: string): string => {
  const value = args[name]
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new MillraceError('bad_option', `task '${task.taskId}': ${name} must be text that is not empty`)
}

/** The arguments that are given, as the hook's options have them. */
const given = <O>(run: OperatorRun, names: readonly (keyof O & string)[]): Partial<O> =>
  Object.fromEntries(names.flatMap((name) => (run.args[name] === undefined ? [] : [[name, run.args[name]]]))) as Partial<O>

export const runKafkaProduce = async (run: OperatorRun): Promise<unknown> => {
  const { args, code, context, task } = run
  const topic = needed(run, 'topic')
  if (args.value === undefined && args.messages === undefined && code.messages === undefined)
    throw new MillraceError('bad_option', `task '${task.taskId}': there is nothing to send: give value, or messages`)
  const messages = (code.messages === undefined ? (args.messages ?? [single(run)]) : await code.messages(context)) as Iterable<KafkaOutput>
  if (typeof messages !== 'object' || messages === null || !(Symbol.iterator in messages || Symbol.asyncIterator in messages))
    throw new MillraceError('bad_option', `task '${task.taskId}': messages must be a list (or what can be iterated) of messages`)
  const produced = await hookOf(run).produce(topic, messages, given<ProduceOptions>(run, ['valueFormat', 'subject', 'createPartitions']))
  context.log.info(`${produced.count} messages sent to ${topic}`)
  return produced
}

const single = ({ args }: OperatorRun): KafkaOutput => ({
  value: args.value,
  ...(args.key === undefined ? {} : { key: args.key as string }),
  ...(args.headers === undefined ? {} : { headers: args.headers as Readonly<Record<string, string>> }),
})

export const runKafkaConsume = async (run: OperatorRun): Promise<unknown> => {
  const { args, code, context } = run
  const options: ConsumeOptions = {
    topic: Array.isArray(args.topic) ? (args.topic as readonly string[]) : needed(run, 'topic'),
    group: needed(run, 'group'),
    ...given<ConsumeOptions>(run, ['maxMessages', 'withinMs', 'value', 'badValues', 'from']),
  }
  return hookOf(run).consume(options, (messages: readonly KafkaMessage[]) => {
    context.log.info(`${messages.length} messages of ${[options.topic].flat().join(', ')}`)
    if (messages.length === 0 && args.skipWhenEmpty === true) skip('no messages came')
    return code.apply === undefined ? messages : code.apply(messages, context)
  })
}

export const runKafkaCopy = async (run: OperatorRun): Promise<unknown> => {
  const { args, code, context, facts } = run
  const { transform } = code
  const copied = await hookOf(run).copy({
    fromTopic: needed(run, 'fromTopic'),
    toTopic: needed(run, 'toTopic'),
    group: args.group === undefined ? `millrace.copy.${facts.dagId}.${facts.taskId}` : needed(run, 'group'),
    ...given<CopyOptions>(run, ['maxMessages', 'from', 'value', 'valueFormat']),
    ...(transform === undefined ? {} : { transform: (message: KafkaMessage) => transform(message, context) as KafkaOutput | null }),
  })
  context.log.info(`${copied.read} messages read, ${copied.written} written`)
  return copied
}
