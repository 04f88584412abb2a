import type { RecordName } from '../../../schemas/generated/records.ts'
import { avroSchemas } from '../../../schemas/generated/schemas.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Codec } from './codec-port.ts'
import { isKnownTo, makeWireCodec, schemaIdOf } from './wire-codec.ts'

/** The codec without a registry: each record's id is its place in the list of records. For unit and simulation tests, and `dags test`. */
export const makeLocalCodec = (): Codec => {
  const wire = makeWireCodec()
  for (const [i, name] of (Object.keys(avroSchemas) as RecordName[]).sort().entries()) wire.useId(name, i + 1)
  return {
    encode: wire.encode,
    decode: wire.decode,
    decodeAny: wire.decodeAny,
    knows: (bytes) => isKnownTo(wire, bytes),
    learn: async (bytes) => {
      const id = schemaIdOf(bytes)
      if (!wire.knows(id)) wire.refuse(id, new MillraceError('undecodable', `there is no schema with id ${id}`))
    },
  }
}
