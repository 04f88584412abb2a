/**
 * Dynamic mapping (SEMANTICS 9): how many instances a map makes, and which item of each source an instance gets. The scheduler counts with it, the
 * SDK picks the items with it; neither needs the values themselves.
 */
import type { MapSource, TaskMap } from './dag.ts'

/** How many items each source task's result has, by task id. One that is missing is not known (yet). */
export type SourceLengths = Readonly<Record<string, number>>

/** What one input of an instance is: item `index` of `source` (of a record: its entry `[key, value]`). */
export interface MappedItem {
  /** Null: the item is a record, whose fields are the inputs (`each`). */
  readonly name: string | null
  readonly source: MapSource
  readonly index: number
}

export const sourceLength = (source: MapSource, lengths: SourceLengths): number | null => {
  if ('task' in source) return Object.hasOwn(lengths, source.task) ? (lengths[source.task] ?? null) : null
  return Array.isArray(source.literal) ? source.literal.length : Object.keys(source.literal).length
}

const sourcesOf = (map: TaskMap): readonly (readonly [string | null, MapSource])[] => (map.kind === 'each' ? [[null, map.records]] : Object.entries(map.inputs))

/** How many instances the map makes; null while the length of a source is not known. */
export const mapLength = (map: TaskMap, lengths: SourceLengths): number | null => {
  let total: number | null = null
  for (const [, source] of sourcesOf(map)) {
    const length = sourceLength(source, lengths)
    if (length === null) return null
    if (total === null) total = length
    else total = map.kind === 'zip' ? Math.min(total, length) : total * length
  }
  return total
}

/** The items of one instance, in the order of the inputs; null when a length is not known or the index lies outside. */
export const itemsAt = (map: TaskMap, mapIndex: number, lengths: SourceLengths): readonly MappedItem[] | null => {
  const total = mapLength(map, lengths)
  if (total === null || mapIndex < 0 || mapIndex >= total) return null
  const items: MappedItem[] = []
  let rest = mapIndex
  // The last input varies fastest: digits of a number whose bases are the lengths.
  for (const [name, source] of sourcesOf(map).toReversed()) {
    const length = sourceLength(source, lengths) ?? 0
    items.push({ name, source, index: map.kind === 'cross' ? rest % length : mapIndex })
    if (map.kind === 'cross') rest = Math.floor(rest / length)
  }
  return items.reverse()
}
