import { MillraceError } from '../../core/errors.ts'

/** An Avro schema as JSON, as far as ours go. */
export type Schema =
  | string
  | readonly Schema[]
  | { readonly type: string; readonly name?: string; readonly namespace?: string; readonly fields?: readonly Field[]; readonly items?: Schema }

interface Field {
  readonly name: string
  readonly type: Schema
}

type Convert = (value: unknown) => unknown

/**
 * Both ways between the wire's `{'millrace.X': {...}}` and our `{type: 'X', ...}`. `toWire` copies what it changes, since the value is the caller's;
 * `fromWire` changes what was just decoded in place, since copying it took longer than decoding it.
 */
export interface Converter {
  readonly toWire: Convert
  readonly fromWire: Convert
}

type RecordSchema = { readonly name: string; readonly namespace?: string; readonly fields: readonly Field[] }
type Named = Map<string, { readonly schema: RecordSchema; converter?: Converter | undefined }>

/** Built once per record; a record without such a union answers undefined and costs nothing. */
export const converterOf = (schema: Schema): Converter | undefined => build(schema, new Map())

const fullName = (schema: RecordSchema): string => (schema.namespace ? `${schema.namespace}.${schema.name}` : schema.name)
const isRecord = (schema: Schema): schema is Schema & RecordSchema =>
  typeof schema === 'object' && !Array.isArray(schema) && (schema as { type: string }).type === 'record'

const build = (schema: Schema, named: Named): Converter | undefined => {
  if (typeof schema === 'string') return named.get(schema)?.converter
  if (Array.isArray(schema)) return ofUnion(schema as readonly Schema[], named)
  if (isRecord(schema)) {
    const converter = ofRecord(schema, named)
    named.set(fullName(schema), { schema, converter })
    return converter
  }
  const { type, items } = schema as { type: string; items?: Schema }
  return type === 'array' && items !== undefined ? ofArray(build(items, named)) : undefined
}

const ofArray = (items: Converter | undefined): Converter | undefined =>
  items && {
    toWire: (value) => (value as readonly unknown[]).map(items.toWire),
    fromWire: (value) => {
      const elements = value as unknown[]
      for (let i = 0; i < elements.length; i++) elements[i] = items.fromWire(elements[i])
      return elements
    },
  }

const ofRecord = (schema: RecordSchema, named: Named): Converter | undefined => {
  const fields = schema.fields.flatMap(({ name, type }) => {
    const converter = build(type, named)
    return converter ? [{ name, converter }] : []
  })
  if (fields.length === 0) return undefined
  const each = (record: Record<string, unknown>, way: keyof Converter): unknown => {
    for (const { name, converter } of fields) record[name] = converter[way](record[name])
    return record
  }
  return {
    toWire: (value) => each({ ...(value as Record<string, unknown>) }, 'toWire'),
    fromWire: (value) => each(value as Record<string, unknown>, 'fromWire'),
  }
}

const ofUnion = (branches: readonly Schema[], named: Named): Converter | undefined => {
  const converters = branches.map((branch) => build(branch, named))
  const records = branches.flatMap((branch, i) => {
    const record = isRecord(branch) ? branch : typeof branch === 'string' ? named.get(branch)?.schema : undefined
    return record ? [{ schema: record, converter: converters[i] }] : []
  })
  if (records.length === 0) return undefined
  const [only] = records
  if (records.length === 1 && only) {
    const { converter } = only
    return (
      converter && {
        toWire: (value) => (value === null ? null : converter.toWire(value)),
        fromWire: (value) => (value === null ? null : converter.fromWire(value)),
      }
    )
  }
  for (const { schema } of records)
    if (schema.fields.some((f) => f.name === 'type'))
      throw new MillraceError('internal', `record ${schema.name} is part of a union and has a field named type: rename the field`)
  return ofTagged(records)
}

const ofTagged = (records: readonly { readonly schema: RecordSchema; readonly converter: Converter | undefined }[]): Converter => {
  const byTag = new Map(records.map(({ schema, converter }) => [schema.name, { wire: fullName(schema), converter }]))
  const byWire = new Map(records.map(({ schema, converter }) => [fullName(schema), { tag: schema.name, converter }]))
  return {
    toWire: (value) => {
      if (value === null || value === undefined) return value
      const tag = (value as { type: string }).type
      const branch = byTag.get(tag)
      if (!branch) throw new MillraceError('internal', `no record ${JSON.stringify(tag)} in this union: it has ${[...byTag.keys()].join(', ')}`)
      return { [branch.wire]: branch.converter ? branch.converter.toWire(value) : value }
    },
    fromWire: (value) => {
      for (const wire in value as Record<string, unknown>) {
        const inner = (value as Record<string, { type?: string }>)[wire]
        const branch = byWire.get(wire)
        if (!branch || !inner) continue
        inner.type = branch.tag
        return branch.converter ? branch.converter.fromWire(inner) : inner
      }
      return null
    },
  }
}
