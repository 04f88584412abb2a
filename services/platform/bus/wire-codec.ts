import './avro-bounds.ts'
import avro, { type Type } from 'avsc'
import type { RecordName, Records } from '../../../schemas/generated/records.ts'
import { avroSchemas } from '../../../schemas/generated/schemas.ts'
import { ensureError, MillraceError } from '../../core/errors.ts'
import type { Codec } from './codec-port.ts'
import { type Converter, converterOf } from './tagged-unions.ts'

type Resolver = ReturnType<Type['createResolver']>

interface OwnRecord {
  readonly name: RecordName
  readonly type: Type
  readonly converter: Converter | undefined
}

/** How to read what was written under one schema id. */
type Reader = { readonly own: OwnRecord; readonly resolver: Resolver | undefined } | { readonly error: MillraceError }

/** The registry's wire format without a registry: ids come from who makes it. */
export interface WireCodec extends Omit<Codec, 'learn' | 'knows'> {
  /** Ours: encodes with this id from now on. */
  useId(name: RecordName, id: number): void
  /** A writer's schema, ours or another release's. */
  addWriter(id: number, schema: string): void
  /** An id that nothing can be read from, and why: `decode` says so instead of asking to learn it. */
  refuse(id: number, error: MillraceError): void
  /** Takes a refusal back. */
  forget(id: number): void
  knows(id: number): boolean
}

const magic = 0
export const headerBytes = 5

/** The schema id, or an `undecodable` error for what is not in the registry's wire format. */
export const schemaIdOf = (bytes: Buffer): number => {
  if (bytes.length < headerBytes || bytes[0] !== magic)
    throw new MillraceError(
      'undecodable',
      `not in the schema registry's wire format: ${bytes.length} bytes that begin with ${bytes.subarray(0, headerBytes).toString('hex') || 'nothing'}`,
    )
  return bytes.readUInt32BE(1)
}

const ownRecords: ReadonlyMap<RecordName, OwnRecord> = new Map(
  (Object.entries(avroSchemas) as [RecordName, string][]).map(([name, text]) => {
    const schema = JSON.parse(text)
    return [name, { name, type: avro.Type.forSchema(schema, { omitRecordMethods: true }), converter: converterOf(schema) }]
  }),
)

const ownRecord = (name: RecordName): OwnRecord => {
  const own = ownRecords.get(name)
  if (!own) throw new MillraceError('internal', `there is no record ${name}`)
  return own
}

/** What `Codec.knows` says. */
export const isKnownTo = (wire: Pick<WireCodec, 'knows'>, bytes: Buffer): boolean =>
  bytes.length < headerBytes || bytes[0] !== magic || wire.knows(bytes.readUInt32BE(1))

export const makeWireCodec = (): WireCodec => {
  const idOf = new Map<RecordName, number>()
  const readers = new Map<number, Reader>()
  let scratch = Buffer.allocUnsafe(64 * 1024)

  const read = (bytes: Buffer, expected: RecordName | undefined): { record: RecordName; value: unknown } => {
    const id = schemaIdOf(bytes)
    const reader = readers.get(id)
    if (!reader) throw new MillraceError('unknown_schema', `schema id ${id} was not known at start: learn it, then decode again`)
    if ('error' in reader) throw reader.error
    const { own, resolver } = reader
    if (expected !== undefined && own.name !== expected) throw new MillraceError('undecodable', `it is a ${own.name} (schema id ${id}), not a ${expected}`)
    const { value, offset } = decodeFrom(own, bytes, resolver, id)
    if (offset !== bytes.length)
      throw new MillraceError('undecodable', `${own.name} (schema id ${id}): ${offset < 0 ? 'it ends too early' : `${bytes.length - offset} bytes too many`}`)
    return { record: own.name, value: own.converter ? own.converter.fromWire(value) : value }
  }

  return {
    encode(name, value) {
      const { type, converter } = ownRecord(name)
      const id = idOf.get(name)
      if (id === undefined) throw new MillraceError('internal', `${name} is not the value of any topic: it has no schema id`)
      try {
        const wire = converter ? converter.toWire(value) : value
        let end = type.encode(wire, scratch, headerBytes)
        if (end < 0) {
          scratch = Buffer.allocUnsafe(2 * (scratch.length - end))
          end = type.encode(wire, scratch, headerBytes)
        }
        scratch[0] = magic
        scratch.writeUInt32BE(id, 1)
        return Buffer.from(scratch.subarray(0, end))
      } catch (thrown) {
        throw new MillraceError('internal', `cannot encode ${name}: ${faultOf(type, converter, value) ?? ensureError(thrown).message}`, { cause: thrown })
      }
    },
    decode: <N extends RecordName>(name: N, bytes: Buffer) => read(bytes, name).value as Records[N],
    decodeAny: (bytes) => read(bytes, undefined) as ReturnType<Codec['decodeAny']>,
    useId(name, id) {
      idOf.set(name, id)
      readers.set(id, { own: ownRecord(name), resolver: undefined })
    },
    addWriter(id, schema) {
      if (!readers.has(id)) readers.set(id, readerFor(id, schema))
    },
    refuse: (id, error) => {
      readers.set(id, { error })
    },
    forget: (id) => {
      readers.delete(id)
    },
    knows: (id) => readers.has(id),
  }
}

const decodeFrom = (own: OwnRecord, bytes: Buffer, resolver: Resolver | undefined, id: number): { value: unknown; offset: number } => {
  try {
    return own.type.decode(bytes, headerBytes, resolver)
  } catch (thrown) {
    throw new MillraceError('undecodable', `${own.name} (schema id ${id}): ${ensureError(thrown).message}`, { cause: thrown })
  }
}

/** Which field is wrong, for the message. */
const faultOf = (type: Type, converter: Converter | undefined, value: unknown): string | undefined => {
  let fault: string | undefined
  try {
    type.isValid(converter ? converter.toWire(value) : value, {
      errorHook: (path: readonly string[], found: unknown, wanted: Type) => {
        fault ??= `${path.join('.')} is ${JSON.stringify(found) ?? String(found)}, wanted ${wanted.toString().slice(0, 100)}`
      },
    })
  } catch {
    return undefined // the error that brought us here says it
  }
  return fault
}

/** The resolver is built once per writer: avsc compiles it. */
const readerFor = (id: number, schema: string): Reader => {
  let writer: Type
  try {
    writer = avro.Type.forSchema(JSON.parse(schema), { omitRecordMethods: true })
  } catch (thrown) {
    return { error: new MillraceError('undecodable', `schema id ${id} is no Avro schema: ${ensureError(thrown).message}`, { cause: thrown }) }
  }
  const own = ownRecords.get((writer.name ?? '').replace(/^millrace\./, '') as RecordName)
  if (!own) return { error: new MillraceError('undecodable', `schema id ${id} is of ${writer.name ?? writer.typeName}, which is none of ours`) }
  try {
    return { own, resolver: own.type.createResolver(writer) }
  } catch (thrown) {
    const message = `${own.name} (schema id ${id}) was written by another release that this one cannot read: upgrade this service first (${ensureError(thrown).message})`
    return { error: new MillraceError('incompatible_schema', message, { cause: thrown }) }
  }
}
