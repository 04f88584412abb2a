/** What a task or group is mapped over, as its author wrote it -> core/dag.ts's TaskMap. */
import type { Json, JsonObject, MapSource, TaskMap } from './dag.ts'
import { shown } from './normal-kinds.ts'
import { didYouMean, idProblem } from './normal-names.ts'
import { isRecord } from './normal-problems.ts'

/** SEMANTICS 9: no task has more instances than this. */
export const maxMapLength = 1024

/** The map, null for none, or where and what is wrong with it. */
export const normalMap = (given: unknown): TaskMap | null | MapProblem => {
  if (given === undefined || given === null) return null
  if (!isRecord(given)) return { at: 'map', says: `must be an object such as { kind: 'cross', inputs: { x: { literal: [1, 2] } } }, not ${shown(given)}` }
  const { kind = 'cross' } = given
  if (kind !== 'cross' && kind !== 'zip' && kind !== 'each') return { at: 'map.kind', says: `must be one of cross, zip, each, not ${shown(kind)}` }
  const field = kind === 'each' ? 'records' : 'inputs'
  for (const name of Object.keys(given))
    if (name !== 'kind' && name !== field) return { at: `map.${name}`, says: `there is no field '${name}' here${didYouMean(name, ['kind', field])}` }
  return kind === 'each' ? eachOf(given.records) : inputsOf(kind, given.inputs)
}

export interface MapProblem {
  readonly at: string
  readonly says: string
}

export const isMapProblem = (found: TaskMap | null | MapProblem): found is MapProblem => found !== null && 'says' in found

const eachOf = (given: unknown): TaskMap | MapProblem => {
  const records = sourceOf(given, 'map.records')
  if ('says' in records) return records
  if ('task' in records) return { kind: 'each', records }
  const { literal } = records
  if (!Array.isArray(literal) || !literal.every(isRecord)) return { at: 'map.records', says: `must be a list of records, not ${shown(literal)}` }
  for (const name of literal.flatMap((record) => Object.keys(record))) if (nameProblem(name)) return { at: 'map.records', says: nameProblem(name) }
  return tooMany('map.records', literal.length) ?? { kind: 'each', records }
}

const inputsOf = (kind: 'cross' | 'zip', given: unknown): TaskMap | MapProblem => {
  if (!isRecord(given) || Object.keys(given).length === 0)
    return { at: 'map.inputs', says: `must be an object with at least one input to map over, not ${shown(given)}` }
  const inputs: Record<string, MapSource> = {}
  let length = 1
  for (const [name, item] of Object.entries(given)) {
    if (nameProblem(name)) return { at: `map.inputs.${name}`, says: nameProblem(name) }
    const source = sourceOf(item, `map.inputs.${name}`)
    if ('says' in source) return source
    inputs[name] = source
    const size = 'literal' in source ? sizeOf(source.literal) : 1
    length = kind === 'cross' ? length * size : Math.max(length, size)
  }
  return tooMany('map.inputs', length) ?? { kind, inputs }
}

const sourceOf = (given: unknown, at: string): MapSource | MapProblem => {
  // Short for { literal: [...] }, for those who write by hand.
  if (Array.isArray(given)) return { literal: given as readonly Json[] }
  if (!isRecord(given) || Object.keys(given).length !== 1)
    return { at, says: `must be a list, { literal: a list or a record }, or { task: 'the task whose result it is' }, not ${shown(given)}` }
  if ('task' in given) {
    const problem = idProblem(given.task)
    return problem === null ? { task: String(given.task) } : { at: `${at}.task`, says: problem }
  }
  const { literal } = given
  if (Array.isArray(literal)) return { literal: literal as readonly Json[] }
  return isRecord(literal) ? { literal: literal as JsonObject } : { at: `${at}.literal`, says: `must be a list or a record, not ${shown(literal)}` }
}

const nameProblem = (name: string): string => (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? '' : `'${name}' is no name for an input: use letters, digits and _`)

const sizeOf = (literal: readonly Json[] | JsonObject): number => (Array.isArray(literal) ? literal.length : Object.keys(literal).length)

const tooMany = (at: string, length: number): MapProblem | null =>
  length > maxMapLength ? { at, says: `makes ${length} instances, at most ${maxMapLength} are allowed: let each take several items` } : null

/** The tasks whose results a map needs, each once. */
export const mapTasks = (map: TaskMap | null): readonly string[] => {
  if (map === null) return []
  const sources = map.kind === 'each' ? [map.records] : Object.values(map.inputs)
  return [...new Set(sources.flatMap((source) => ('task' in source ? [source.task] : [])))]
}
