import { murmur2 } from './column.ts'

/** The number that Airflow's API gives a dataset: here it follows from the URI (52 bits of hash), the same whenever tables are made anew. */
export const datasetIdOf = (uri: string): number => {
  const bytes = new TextEncoder().encode(uri)
  const reversed = bytes.slice().reverse()
  return (murmur2(bytes) >>> 0) * 2 ** 20 + ((murmur2(reversed) >>> 0) & 0xfffff)
}

/** The number of a dataset event: its place on topic dataset-events. */
export const datasetEventNumber = (partition: number, offset: number): number => offset * partitionsAtMost + partition

/** The place of that number. */
export const datasetEventPlace = (number: number): { readonly partition: number; readonly offset: number } => ({
  partition: number % partitionsAtMost,
  offset: Math.floor(number / partitionsAtMost),
})

const partitionsAtMost = 64
