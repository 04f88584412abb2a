import type { RecordName, Records } from '../../../schemas/generated/records.ts'

/**
 * Records <-> bytes in the registry's wire format (0, schema id, Avro). Unions of records are `{type: 'X', ...}` here. `registry-codec.ts` pins
 * and warms the ids at start-up, so that a registry that goes away stops nobody; `local-codec.ts` needs none (unit and simulation tests).
 */
export interface Codec {
  encode<N extends RecordName>(name: N, value: Records[N]): Buffer
  /** Throws `undecodable` (not our format, or another record than asked for) or `unknown_schema` (an id not seen at start: retry after `learn`). */
  decode<N extends RecordName>(name: N, bytes: Buffer): Records[N]
  /** For topics that carry several records. */
  decodeAny(bytes: Buffer): { [N in RecordName]: { readonly record: N; readonly value: Records[N] } }[RecordName]
  /** False: `learn` first. True also for what is not in the registry's format: there is nothing to learn. */
  knows(bytes: Buffer): boolean
  /** Fetches a schema id that `decode` did not know (a newer publisher). */
  learn(bytes: Buffer): Promise<void>
}
