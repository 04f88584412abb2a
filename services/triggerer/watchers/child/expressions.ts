/** Filters and extras as data: expressions of the template language over one message, with a limit on their work. */
import { ensureError, MillraceError } from '../../../core/errors.ts'
import type { KafkaMessage } from '../../../sdk/hooks/kafka/kafka-message.ts'

export interface Expressions {
  /** Throws `template_failed` with the expression in it. */
  evaluate(expression: string, message: KafkaMessage): unknown
}

const fuel = 1_000_000

export const openExpressions = async (): Promise<Expressions> => {
  const { Environment } = await import('minijinja-js')
  const open = (): InstanceType<typeof Environment> => {
    const made = new Environment()
    made.undefinedBehavior = 'strict'
    made.fuel = fuel
    made.enablePyCompat()
    return made
  }
  let environment = open()
  return {
    evaluate(expression, message) {
      try {
        return plain(environment.evalExpr(expression, message))
      } catch (thrown) {
        environment = open() // after a panic the old one answers nothing but errors
        const reason = ensureError(thrown)
          .message.split('\n')[0]
          ?.replace(/ \(in .*\)$/, '')
        throw new MillraceError('template_failed', `the expression ${JSON.stringify(expression)}: ${reason}`, { cause: thrown })
      }
    },
  }
}

/** Its records come as Maps. */
const plain = (value: unknown): unknown => {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]))
  return Array.isArray(value) ? value.map(plain) : value
}
