import { MillraceError } from '../../core/errors.ts'
import { atMost } from './at-most.ts'
import type { Codec } from './codec-port.ts'
import type { RegistryClient } from './registry-client.ts'
import { subjectsOf } from './subjects.ts'
import { isKnownTo, makeWireCodec, schemaIdOf } from './wire-codec.ts'

const callsAtOnce = 8
/** An id that is not there may be given to a schema of tomorrow. */
const absentMs = 30_000

/**
 * The codec on a schema registry. All ids that our subjects have now are fetched here, once: from then on the registry may go away and only a
 * record of a schema registered later needs it (`learn`).
 */
export const openRegistryCodec = async (registry: RegistryClient, topicPrefix: string): Promise<Codec> => {
  const wire = makeWireCodec()
  const warm = async (id: number): Promise<void> => {
    if (wire.knows(id)) return
    const schema = await registry.schemaOf(id)
    if (schema !== undefined) {
      wire.addWriter(id, schema)
      return
    }
    wire.refuse(id, new MillraceError('undecodable', `the registry has no schema with id ${id}`))
    setTimeout(() => wire.forget(id), absentMs).unref()
  }
  await atMost(callsAtOnce, subjectsOf(topicPrefix), async (subject) => {
    const id = await registry.idOf(subject)
    if (id === undefined)
      throw new MillraceError(
        'unknown_schema',
        `subject ${subject.name} does not have this release's schema of ${subject.record}: run the migration step (millrace migrate) first`,
      )
    wire.useId(subject.record, id)
    const others = (await registry.idsOf(subject, id)).filter((other) => other !== id)
    for (const other of others) await warm(other)
  })
  const learning = new Map<number, Promise<void>>()
  return {
    encode: wire.encode,
    decode: wire.decode,
    decodeAny: wire.decodeAny,
    knows: (bytes) => isKnownTo(wire, bytes),
    learn: (bytes) => {
      const id = schemaIdOf(bytes)
      const underWay = learning.get(id) ?? warm(id).finally(() => learning.delete(id))
      learning.set(id, underWay)
      return underWay
    },
  }
}
