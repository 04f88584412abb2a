/** Avro values in the wire format of a schema registry (0, schema id, Avro), of anybody's schemas. Schemas are fetched once each. */
import avro, { type Type } from 'avsc'
import type { Json } from '../../../core/dag.ts'
import { ensureError, MillraceError } from '../../../core/errors.ts'
import { shown } from '../../../core/normal-kinds.ts'
import type { KafkaAccess } from './kafka-access.ts'

export interface RegistryValues {
  /** The value as JSON (bytes become base64 text). Rejects with `undecodable`, `unknown_schema`, or `registry_unreachable`, which may pass. */
  decode(bytes: Buffer): Promise<Json>
  /** With the newest schema of the subject. Rejects with `bad_option` that names the field that does not fit. */
  encode(subject: string, value: unknown): Promise<Buffer>
}

const headerBytes = 5
const requestMs = 10_000
/** A subject may get a new version, an unknown id be registered. */
const forgetMs = 30_000
const headers = { accept: 'application/vnd.schemaregistry.v1+json' }

export const makeRegistryValues = (access: KafkaAccess): RegistryValues => {
  const byId = new Map<number, Promise<Type>>()
  const bySubject = new Map<string, Promise<{ readonly id: number; readonly type: Type }>>()

  const url = (): string => {
    if (access.registryUrl !== null) return access.registryUrl
    throw new MillraceError(
      'bad_option',
      `connection '${access.connectionId}' names no schema registry, and Avro values need one: set extra 'schema.registry.url'`,
    )
  }
  const ask = async (path: string, missing: string): Promise<Record<string, unknown>> => {
    const place = `the schema registry at ${url()}`
    let response: Response
    try {
      const login = access.registryLogin
      const authorization = login === null ? {} : { authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}` }
      response = await fetch(`${url()}${path}`, { headers: { ...headers, ...authorization }, signal: AbortSignal.timeout(requestMs) })
    } catch (cause) {
      throw new MillraceError('registry_unreachable', `${place} does not answer (${reasonOf(cause)})`, { cause })
    }
    const text = await response.text()
    if (response.status === 404) throw new MillraceError('unknown_schema', `${place} has ${missing}`)
    if (!response.ok) throw new MillraceError('registry_unreachable', `${place} answers ${response.status} for ${path}: ${text.slice(0, 200)}`)
    return JSON.parse(text) as Record<string, unknown>
  }
  const remembered = <K, V>(map: Map<K, Promise<V>>, key: K, make: () => Promise<V>, forAMoment: boolean): Promise<V> => {
    const known = map.get(key)
    if (known !== undefined) return known
    const made = make()
    map.set(key, made)
    const forget = (): void => void map.delete(key)
    if (forAMoment) setTimeout(forget, forgetMs).unref()
    // One that is not known is asked again later, one that did not answer at once.
    made.catch((error: unknown) => {
      if (error instanceof MillraceError && error.code === 'unknown_schema') setTimeout(forget, forgetMs).unref()
      else forget()
    })
    return made
  }
  const typeOf = async (id: number): Promise<Type> => readSchema(await ask(`/schemas/ids/${id}`, `no schema with id ${id}`), `schema id ${id}`)
  const newest = async (subject: string): Promise<{ id: number; type: Type }> => {
    const found = await ask(`/subjects/${encodeURIComponent(subject)}/versions/latest`, `no subject '${subject}': register its schema first`)
    return { id: Number(found.id), type: readSchema(found, `subject '${subject}'`) }
  }
  return {
    async decode(bytes) {
      if (bytes.length < headerBytes || bytes[0] !== 0)
        throw new MillraceError(
          'undecodable',
          `not in the schema registry's wire format: ${bytes.length} bytes that begin with ${bytes.subarray(0, headerBytes).toString('hex') || 'nothing'}`,
        )
      const id = bytes.readUInt32BE(1)
      const type = await remembered(byId, id, () => typeOf(id), false)
      try {
        return plainJson(type.fromBuffer(bytes.subarray(headerBytes)))
      } catch (cause) {
        throw new MillraceError('undecodable', `not a value of schema id ${id} (${type.name ?? type.typeName}): ${ensureError(cause).message}`, { cause })
      }
    },
    async encode(subject, value) {
      const { id, type } = await remembered(bySubject, subject, () => newest(subject), true)
      const faults: string[] = []
      type.isValid(value, {
        errorHook: (path, given, wanted) => faults.push(`${path.join('.') || 'the value'} is ${shown(given)}, wanted ${wanted.toString().slice(0, 100)}`),
      })
      if (faults.length > 0) throw new MillraceError('bad_option', `not a value of subject '${subject}' (schema id ${id}): ${faults[0]}`)
      const head = Buffer.alloc(headerBytes)
      head.writeUInt32BE(id, 1)
      return Buffer.concat([head, type.toBuffer(value)])
    },
  }
}

const readSchema = (answer: Record<string, unknown>, what: string): Type => {
  if ((answer.schemaType ?? 'AVRO') !== 'AVRO') throw new MillraceError('unknown_schema', `${what} is of type ${String(answer.schemaType)}: only Avro is read`)
  try {
    // Plain unions: a value of ["null", "string"] is the text itself, as JSON readers expect.
    return avro.Type.forSchema(JSON.parse(String(answer.schema)), { omitRecordMethods: true, wrapUnions: 'auto' } as never)
  } catch (cause) {
    throw new MillraceError('unknown_schema', `${what} cannot be used: ${ensureError(cause).message}`, { cause })
  }
}

const plainJson = (value: unknown): Json =>
  JSON.parse(JSON.stringify(value, (_, item: unknown) => (isBytes(item) ? Buffer.from(item.data).toString('base64') : item)) ?? 'null') as Json

/** A Buffer as JSON.stringify hands it over. */
const isBytes = (item: unknown): item is { readonly data: readonly number[] } =>
  typeof item === 'object' && item !== null && (item as { type?: unknown }).type === 'Buffer' && Array.isArray((item as { data?: unknown }).data)

const reasonOf = (thrown: unknown): string => {
  const { message, cause } = ensureError(thrown)
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}
