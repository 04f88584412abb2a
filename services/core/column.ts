/**
 * Which column (partition of the column topics) a DAG lives in: murmur2 of the key, as Kafka's own default partitioner has it
 * (org.apache.kafka.common.utils.Utils.murmur2), so a Java client's records land right without knowing of us.
 */
export const columnOf = (dagId: string, columns: number): number => (murmur2(new TextEncoder().encode(dagId)) & 0x7fffffff) % columns

const M = 0x5bd1e995

export const murmur2 = (data: Uint8Array): number => {
  const byte = (i: number): number => data[i] ?? 0
  const length = data.length
  let h = 0x9747b28c ^ length
  for (let i = 0; i + 4 <= length; i += 4) {
    let k = byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24)
    k = Math.imul(k, M)
    k ^= k >>> 24
    h = Math.imul(h, M) ^ Math.imul(k, M)
  }
  const tail = length & ~3
  if (length % 4 === 3) h ^= byte(tail + 2) << 16
  if (length % 4 >= 2) h ^= byte(tail + 1) << 8
  if (length % 4 >= 1) h = Math.imul(h ^ byte(tail), M)
  h ^= h >>> 13
  h = Math.imul(h, M)
  return h ^ (h >>> 15)
}
