import type { Outgoing } from './port.ts'

/** A bigger record is refused with `too_big` before anything is sent. */
export const maxRecordBytes = 1_000_000

const overheadBytes = 70
const headerOverheadBytes = 10

/** What a record takes in a batch, a little more rather than less. */
export const sizeOf = (record: Outgoing): number => {
  let bytes = overheadBytes + Buffer.byteLength(record.key) + (record.value?.length ?? 0)
  for (const [name, value] of Object.entries(record.headers ?? {})) bytes += headerOverheadBytes + name.length + Buffer.byteLength(value)
  return bytes
}
