/**
 * A DAG's params: plain values, or a small JSON Schema for each, against which a run's conf is checked before the run exists (SEMANTICS 10).
 *
 * An object with `type` (or `enum`) is a schema; anything else is a plain value, its own default. Supported are `type` (one or a list of string,
 * integer, number, boolean, array, object, null), `enum`, `const`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `minLength`, `maxLength`,
 * `pattern`, `items`, `minItems`, `maxItems`, `properties`, `required`, `additionalProperties` (true or false) and `default`; `title`, `description`,
 * `examples` and `format` are for people and forms. A param without a default must be given.
 */
import type { Json, JsonObject } from './dag.ts'
import { shown } from './normal-kinds.ts'
import { didYouMean } from './normal-names.ts'
import { schemaKeywords, schemaTypes } from './param-schema.ts'

export type CheckedConf = { readonly ok: true; readonly params: JsonObject } | { readonly ok: false; readonly problems: readonly string[] }

/** What the run's tasks get as params, or each place where the conf does not fit: `conf.n must be at least 1, not 0`. Keys that are no params pass. */
export const checkConf = (params: JsonObject, conf: JsonObject): CheckedConf => {
  const problems: string[] = []
  for (const [name, param] of Object.entries(params)) {
    if (!isParamSchema(param)) continue
    const value = Object.hasOwn(conf, name) ? conf[name] : param.default
    if (value === undefined) {
      const near = didYouMean(
        name,
        Object.keys(conf)
          .filter((key) => !Object.hasOwn(params, key))
          .slice(0, 100),
      )
      problems.push(`conf.${name} is missing: the DAG has a param '${name}' without a default${near.startsWith('; did') ? near : ''}`)
    } else {
      const problem = valueProblem(param, value, `conf.${name}`)
      if (problem !== null) problems.push(problem)
    }
  }
  return problems.length === 0 ? { ok: true, params: effectiveParams(params, conf) } : { ok: false, problems }
}

/** Defaults with the conf over them, unchecked. */
export const effectiveParams = (params: JsonObject, conf: JsonObject): JsonObject => {
  const values: Record<string, Json> = {}
  for (const [name, param] of Object.entries(params)) {
    const value = isParamSchema(param) ? param.default : param
    if (value !== undefined) values[name] = value
  }
  return { ...values, ...conf }
}

export const isParamSchema = (param: Json | undefined): param is JsonObject => {
  if (typeof param !== 'object' || param === null || Array.isArray(param)) return false
  const { type, enum: values } = param as JsonObject
  return Array.isArray(values) || [type].flat().some((each) => typeof each === 'string' && (schemaTypes as readonly string[]).includes(each))
}

/** The first thing about the value that its schema does not allow, or null. The schema is one that `schemaProblem` has nothing against. */
export const valueProblem = (schema: JsonObject, value: Json, at: string): string | null => {
  for (const [keyword, wants] of Object.entries(schema)) {
    const check = Object.hasOwn(schemaKeywords, keyword) ? schemaKeywords[keyword] : undefined
    const says = wants === undefined ? null : (check?.refuses?.(wants as never, value) ?? null)
    if (says !== null) return `${at} must ${says}, not ${shown(value)}`
  }
  if (Array.isArray(value)) return itemsProblem(schema, value, at)
  return typeof value === 'object' && value !== null ? propertiesProblem(schema, value as JsonObject, at) : null
}

const itemsProblem = ({ items }: JsonObject, value: readonly Json[], at: string): string | null => {
  if (items === undefined) return null
  for (const [index, item] of value.entries()) {
    const problem = valueProblem(items as JsonObject, item, `${at}[${index}]`)
    if (problem !== null) return problem
  }
  return null
}

const propertiesProblem = (schema: JsonObject, value: JsonObject, at: string): string | null => {
  const properties = (schema.properties ?? {}) as { readonly [name: string]: JsonObject }
  for (const name of (schema.required ?? []) as readonly string[]) if (!Object.hasOwn(value, name)) return `${at}.${name} is missing`
  for (const [name, item] of Object.entries(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (own === undefined && schema.additionalProperties === false) return `${at}.${name}: there is no such field${didYouMean(name, Object.keys(properties))}`
    const problem = own === undefined ? null : valueProblem(own, item, `${at}.${name}`)
    if (problem !== null) return problem
  }
  return null
}
