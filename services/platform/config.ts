import type { Static, TObject, TProperties, TSchema } from '#typebox'
import { Value } from '#typebox/value'
import { MillraceError } from '../core/errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What readConfig looks at in a property's schema, beside JSON Schema's own words. */
interface Annotated {
  /** The environment variable that gives it. */
  readonly env?: string
  /** Between the parts of a list; `,` unless said. */
  readonly separator?: string
  /** Its value is never shown. */
  readonly secret?: boolean
  readonly type?: string
  readonly items?: TSchema
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly TSchema[]
  readonly pattern?: string
}

/**
 * A service's configuration from the environment. Each property of the schema names its variable in `env`; what is not set (or empty) takes the
 * default. Everything wrong is said at once, in one `bad_config` error. The result is frozen.
 *
 * @example readConfig(Type.Object({ port: Type.Integer({ env: 'MILLRACE_PORT', default: 8080, minimum: 0, maximum: 65535 }) }), process.env)
 */
export const readConfig = <P extends TProperties>(schema: TObject<P>, env: Environment): Readonly<Static<TObject<P>>> => {
  const required: readonly string[] = (schema as { required?: readonly string[] }).required ?? []
  const config: Record<string, unknown> = {}
  const faults: string[] = []
  for (const [name, property] of Object.entries<TSchema>(schema.properties)) {
    const said = property as Annotated
    if (said.env === undefined) throw new MillraceError('internal', `configuration property ${name} names no environment variable (env)`)
    const text = env[said.env]
    const isGiven = text !== undefined && text.trim() !== ''
    if (!isGiven && said.default === undefined) {
      if (required.includes(name)) faults.push(`${said.env} is not set, wanted is ${wanted(said)}`)
      continue
    }
    const value = isGiven ? coerced(text, said) : said.default
    if (Value.Check(property, value)) config[name] = frozen(value)
    else faults.push(`${said.env} is ${said.secret ? 'not right' : JSON.stringify(text ?? value)}, wanted is ${wanted(said)}`)
  }
  if (faults.length > 0) throw new MillraceError('bad_config', `the environment is not right:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
  return Object.freeze(config) as Readonly<Static<TObject<P>>>
}

const frozen = (value: unknown): unknown => (Array.isArray(value) ? Object.freeze([...value]) : value)

const truths: Readonly<Record<string, boolean>> = { true: true, yes: true, on: true, 1: true, false: false, no: false, off: false, 0: false }

/** The text as the type that is wanted; what does not fit stays a text, and the check refuses it. */
const coerced = (text: string, said: Annotated): unknown => {
  switch (said.type) {
    case 'array':
      return text
        .split(said.separator ?? ',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .map((part) => coerced(part, (said.items ?? {}) as Annotated))
    case 'integer':
    case 'number':
      return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : text
    case 'boolean':
      return truths[text.trim().toLowerCase()] ?? text
    default:
      return text
  }
}

const wanted = (said: Annotated): string => `${kindOf(said)}${said.description ? ` (${said.description})` : ''}`

const kindOf = (said: Annotated): string => {
  if (said.anyOf) return `one of ${said.anyOf.map((s) => JSON.stringify((s as Annotated).const) ?? kindOf(s as Annotated)).join(', ')}`
  if (said.enum) return `one of ${said.enum.map((value) => JSON.stringify(value)).join(', ')}`
  switch (said.type) {
    case 'array':
      return `a list with "${said.separator ?? ','}" between, each ${kindOf((said.items ?? {}) as Annotated)}`
    case 'integer':
    case 'number':
      return `${said.type === 'integer' ? 'an integer' : 'a number'}${range(said)}`
    case 'boolean':
      return 'true or false'
    default:
      return said.pattern ? `a text like ${said.pattern}` : 'a text'
  }
}

const range = ({ minimum, maximum }: Annotated): string => {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  if (minimum !== undefined) return ` of at least ${minimum}`
  return maximum === undefined ? '' : ` of at most ${maximum}`
}
