/** Values of messages: JSON, text, or Avro by the schema registry. */
import type { Json } from '../../../core/dag.ts'
import { ensureError, MillraceError } from '../../../core/errors.ts'
import type { KafkaValueKind } from '../../../core/kafka-values.ts'
import { shown } from '../../../core/normal-kinds.ts'
import type { RegistryValues } from './registry-values.ts'

const text = new TextDecoder('utf-8', { fatal: true })

/** What a message's bytes say; at once unless a schema has to be fetched. A message without a value says null. */
export const readValue = (kind: KafkaValueKind, bytes: Buffer | null, registry: RegistryValues): Json | Promise<Json> => {
  if (bytes === null) return null
  switch (kind) {
    case 'json':
      return readJson(bytes)
    case 'text':
      return readText(bytes)
    case 'avro':
      return registry.decode(bytes)
    default:
      return kind satisfies never
  }
}

const readText = (bytes: Buffer): string => {
  try {
    return text.decode(bytes)
  } catch (cause) {
    throw new MillraceError('undecodable', `the value is no UTF-8 text: ${bytes.length} bytes that begin with ${bytes.subarray(0, 8).toString('hex')}`, {
      cause,
    })
  }
}

const readJson = (bytes: Buffer): Json => {
  const given = bytes.toString()
  try {
    return JSON.parse(given) as Json
  } catch (cause) {
    throw new MillraceError('undecodable', `the value is no JSON: it begins with ${JSON.stringify(given.slice(0, 40))} (${ensureError(cause).message})`, {
      cause,
    })
  }
}

/** The bytes of a value. `subject` is the registry's, for Avro. */
export const writeValue = async (kind: KafkaValueKind, value: unknown, subject: string, registry: RegistryValues): Promise<Buffer | null> => {
  if (value === null || value === undefined) return null
  switch (kind) {
    case 'json':
      return Buffer.from(JSON.stringify(value))
    case 'text':
      if (typeof value === 'string') return Buffer.from(value)
      throw new MillraceError('bad_option', `the value must be text, not ${shown(value)}: leave out valueFormat 'text' to send JSON`)
    case 'avro':
      return registry.encode(subject, value)
    default:
      return kind satisfies never
  }
}
