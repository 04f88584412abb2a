import { text } from '../../strings/text.ts'

/** A param of a DAG as a field of a form. What the field holds is text, or whether it is ticked. */
export interface ParamField {
  readonly name: string
  readonly label: string
  readonly description: string | null
  readonly kind: 'text' | 'number' | 'flag' | 'choice' | 'date' | 'instant' | 'json'
  readonly choices: readonly unknown[]
  /** It has no default. */
  readonly isNeeded: boolean
  /** Empty means null. */
  readonly isNullable: boolean
  readonly initial: FieldValue
  readonly least: number | undefined
  readonly most: number | undefined
}

export type FieldValue = string | boolean
export type FieldValues = { readonly [name: string]: FieldValue }

type JsonObject = { readonly [key: string]: unknown }

export type ReadFields = { readonly conf: JsonObject; readonly problems: { readonly [name: string]: string } }

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** As the server tells schemas from plain values: by `type` or `enum`. */
const isSchema = (param: unknown): param is JsonObject =>
  isObject(param) && (Array.isArray(param.enum) || [param.type].flat().some((each) => typeof each === 'string'))

const kindOf = (types: readonly unknown[], schema: JsonObject): ParamField['kind'] => {
  if (Array.isArray(schema.enum)) return 'choice'
  const [type, ...others] = types.filter((one) => one !== 'null')
  if (others.length > 0) return 'json'
  if (type === 'string') return schema.format === 'date' ? 'date' : schema.format === 'date-time' ? 'instant' : 'text'
  return type === 'integer' || type === 'number' ? 'number' : type === 'boolean' ? 'flag' : 'json'
}

const plainType = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

const words = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** A value as its field shows it. */
export const shownIn = ({ kind, choices }: Pick<ParamField, 'kind' | 'choices'>, value: unknown): FieldValue => {
  if (kind === 'flag') return value === true
  if (kind === 'choice') return String(choices.findIndex((one) => JSON.stringify(one) === JSON.stringify(value)))
  if (value === undefined || (value === null && kind !== 'json')) return ''
  return kind === 'json' ? JSON.stringify(value) : String(value)
}

/** The params of a DAG as fields, in their order. */
export const paramFields = (params: JsonObject): readonly ParamField[] =>
  Object.entries(params).map(([name, param]) => {
    const schema: JsonObject = isSchema(param) ? param : { type: plainType(param), default: param }
    const types = [schema.type].flat()
    const kind = kindOf(types, schema)
    const choices = Array.isArray(schema.enum) ? schema.enum : []
    return {
      name,
      label: words(schema.title) ?? name,
      description: words(schema.description),
      kind,
      choices,
      isNeeded: schema.default === undefined,
      isNullable: types.includes('null') && kind !== 'json',
      initial: shownIn({ kind, choices }, schema.default),
      least: number(schema.minimum),
      most: number(schema.maximum),
    }
  })

const parse = (field: ParamField, value: FieldValue): { readonly value: unknown } | { readonly problem: string } => {
  if (field.kind === 'flag') return { value }
  const typed = String(value)
  if (field.kind === 'choice') return typed === '-1' ? { problem: text.trigger.choose } : { value: field.choices[Number(typed)] }
  if (typed.trim() === '' && field.isNullable) return { value: null }
  if (field.kind === 'number') {
    const parsed = Number(typed)
    return typed.trim() === '' || Number.isNaN(parsed) ? { problem: text.trigger.notNumber } : { value: parsed }
  }
  if (field.kind === 'json') {
    try {
      return { value: JSON.parse(typed) }
    } catch (error) {
      return { problem: text.trigger.notJson(error instanceof Error ? error.message : String(error)) }
    }
  }
  return typed === '' && field.isNeeded ? { problem: text.trigger.needed } : { value: typed }
}

/** The conf that a filled-in form stands for: what is left at its default is left out. What only the server can tell (a pattern, a bound) it tells. */
export const readFields = (fields: readonly ParamField[], values: FieldValues): ReadFields => {
  const conf: Record<string, unknown> = {}
  const problems: Record<string, string> = {}
  for (const field of fields) {
    const value = values[field.name] ?? field.initial
    if (!field.isNeeded && value === field.initial) continue
    const parsed = parse(field, value)
    if ('problem' in parsed) problems[field.name] = parsed.problem
    else conf[field.name] = parsed.value
  }
  return { conf, problems }
}

/** The fields filled in from a conf; what it does not name keeps its default. */
export const fillFields = (fields: readonly ParamField[], conf: JsonObject): FieldValues =>
  Object.fromEntries(fields.filter(({ name }) => Object.hasOwn(conf, name)).map((field) => [field.name, shownIn(field, conf[field.name])]))
