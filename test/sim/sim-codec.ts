/**
 * A codec by identity: what was encoded is what is decoded, in a hundredth of Avro's time. It makes a decision of more than `partEvents` events look
 * too big for one record, so that rule B has something to do.
 */
import type { RecordName, Records } from '../../schemas/generated/records.ts'
import { MillraceError } from '../../services/core/errors.ts'
import type { Codec } from '../../services/platform/bus/codec-port.ts'

export interface SimCodec extends Codec {
  /** The token of an attempt, by the list of XComs that it was sent with: a task process is not told its token. */
  tokenOf(xcoms: object): string
}

const huge = Buffer.alloc(700_001)
const small = Buffer.alloc(8)

type Any = { readonly record: RecordName; readonly value: Records[RecordName] }

export const makeSimCodec = (partEvents: number): SimCodec => {
  const values = new WeakMap<Buffer, Any>()
  const tokens = new WeakMap<object, string>()
  const find = (bytes: Buffer): Any => {
    const found = values.get(bytes)
    if (!found) throw new MillraceError('undecodable', 'these bytes are no record')
    return found
  }
  return {
    encode(record, value) {
      const isBig = record === 'Decision' && (value as Records['Decision']).events.length > partEvents
      const bytes = isBig ? huge.subarray(0) : small.subarray(0)
      values.set(bytes, { record, value })
      if (record === 'InboxCommand') {
        const { body } = value as Records['InboxCommand']
        if (body.type === 'RunAttempt') tokens.set(body.xcoms, body.token)
      }
      return bytes
    },
    decode(record, bytes) {
      const found = find(bytes)
      if (found.record !== record) throw new MillraceError('undecodable', `a ${found.record} is no ${record}`)
      return found.value as Records[typeof record]
    },
    decodeAny: (bytes) => find(bytes) as ReturnType<Codec['decodeAny']>,
    knows: () => true,
    learn: async () => undefined,
    tokenOf: (xcoms) => tokens.get(xcoms) ?? 'unknown',
  }
}
