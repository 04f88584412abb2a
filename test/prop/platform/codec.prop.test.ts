import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordName, Records } from '../../../schemas/generated/records.ts'
import { avroSchemas } from '../../../schemas/generated/schemas.ts'
import { MillraceError } from '../../../services/core/errors.ts'
import { makeLocalCodec } from '../../../services/platform/bus/local-codec.ts'

type Schema = string | Schema[] | { type: string; name: string; namespace?: string; fields: { name: string; type: Schema }[]; items: Schema }

/** Values of a schema as our code has them: a union of several records is `{type, ...}`. */
const valuesOf = (schema: Schema, named = new Map<string, fc.Arbitrary<unknown>>()): fc.Arbitrary<unknown> => {
  if (Array.isArray(schema)) {
    const records = schema.filter((s) => typeof s === 'object' && !Array.isArray(s) && s.type === 'record')
    const names = schema.map((s) => (typeof s === 'object' && !Array.isArray(s) ? s.name : typeof s === 'string' ? s.replace('millrace.', '') : ''))
    const isTagged = records.length > 1
    return fc.oneof(
      ...schema.map((s, i) => {
        const values = valuesOf(s, named)
        return isTagged && s !== 'null' ? values.map((v) => ({ type: names[i], ...(v as object) })) : values
      }),
    )
  }
  if (typeof schema === 'object') {
    if (schema.type === 'array') return fc.array(valuesOf(schema.items, named), { maxLength: 5 })
    const values = fc.record(Object.fromEntries(schema.fields.map((f) => [f.name, valuesOf(f.type, named)])))
    named.set(`${schema.namespace}.${schema.name}`, values)
    return values
  }
  const known = named.get(schema)
  if (known) return known
  switch (schema) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'int':
      return fc.integer()
    case 'long':
      return fc.integer({ min: -(2 ** 52), max: 2 ** 52 }) // avsc is exact within; times and offsets are far from it
    case 'double':
      return fc.double({ noNaN: true })
    case 'bytes':
      return fc.uint8Array({ maxLength: 200 }).map((a) => Buffer.from(a))
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 50 })
    default:
      throw new Error(`no values for ${schema}`)
  }
}

describe('the codec', () => {
  const codec = makeLocalCodec()
  const names = Object.keys(avroSchemas) as RecordName[]

  it.each(names)('gives back every %s that it wrote', (name) => {
    fc.assert(
      fc.property(valuesOf(JSON.parse(avroSchemas[name])), (value) => {
        const bytes = codec.encode(name, value as Records[typeof name])
        expect(codec.decode(name, bytes)).toEqual(value)
      }),
      { numRuns: 60 },
    )
  })

  it('answers any bytes with a value or an undecodable error, soon', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 300 }), (name, noise) => {
        const header = Buffer.alloc(5)
        header.writeUInt32BE([...names].sort().indexOf(name) + 1, 1)
        try {
          codec.decode(name, Buffer.concat([header, noise]))
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(MillraceError)
          expect((thrown as MillraceError).code).toBe('undecodable')
        }
      }),
      { numRuns: 3000 },
    )
  })
})
