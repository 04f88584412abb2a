/** What a DAG waits for, as its author writes it -> core/dag.ts's DatasetCondition and DatasetEventsMode (SEMANTICS 6). */

import { uriProblem } from '../../schemas/dataset-event.ts'
import type { DatasetCondition, DatasetEventsMode } from './dag.ts'
import { eventsNeeded, urisOf } from './dataset-condition.ts'
import { durationMs } from './normal-duration.ts'
import { kinds, shown } from './normal-kinds.ts'
import { didYouMean } from './normal-names.ts'
import { isRecord, type JsonRecord } from './normal-problems.ts'

/** Datasets that one DAG may wait for. */
export const maxDatasets = 100
const maxDepth = 10

/** Whether a schedule speaks of datasets: a URI with its scheme, a list of them, `{ uri }`, `{ all }`, `{ any }` or `{ datasets, cron }`. */
export const speaksOfDatasets = (schedule: unknown): boolean => {
  if (typeof schedule === 'string') return /^[a-z][a-z0-9+.-]*:/i.test(schedule.trim())
  if (Array.isArray(schedule)) return schedule.length > 0 && schedule.some(speaksOfDatasets)
  return isRecord(schedule) && ['uri', 'all', 'any', 'datasets'].some((name) => name in schedule)
}

/** The condition, or what is wrong with it. A list is `all` of it. */
export const normalCondition = (given: unknown): DatasetCondition | string => {
  const condition = read(given, 0)
  if (typeof condition === 'string') return condition
  const { length } = urisOf(condition)
  return length > maxDatasets ? `waits for ${length} datasets, at most ${maxDatasets} are allowed: cut the DAG in several` : condition
}

const read = (given: unknown, depth: number): DatasetCondition | string => {
  if (depth > maxDepth) return `is nested deeper than ${maxDepth} levels: make it flatter`
  if (typeof given === 'string') return leaf(given.trim())
  if (Array.isArray(given)) return several('all', given, depth)
  if (!isRecord(given)) return `must be a dataset's URI, or { all: [...] } or { any: [...] } of such, not ${shown(given)}`
  const names = Object.keys(given)
  const wrong = names.find((name) => !['uri', 'extra', 'all', 'any'].includes(name))
  if (wrong !== undefined) return `has no field '${wrong}'${didYouMean(wrong, ['uri', 'all', 'any'])}`
  if ('uri' in given && !('all' in given) && !('any' in given)) return leaf(given.uri)
  const [kind, second] = names.filter((name) => name === 'all' || name === 'any') as ('all' | 'any')[]
  if (kind === undefined || second !== undefined || 'uri' in given) return `must be one of { uri }, { all } and { any }, not ${shown(given)}`
  return Array.isArray(given[kind]) ? several(kind, given[kind], depth) : `${kind} must be a list of datasets, not ${shown(given[kind])}`
}

const leaf = (uri: unknown): DatasetCondition | string => {
  const problem = uriProblem(uri)
  return problem === null ? { uri: String(uri) } : `dataset ${shown(uri)}: ${problem}`
}

const several = (kind: 'all' | 'any', given: readonly unknown[], depth: number): DatasetCondition | string => {
  if (given.length === 0) return `${kind} is empty: write the datasets into it that the DAG waits for`
  const parts: DatasetCondition[] = []
  for (const item of given) {
    const part = read(item, depth + 1)
    if (typeof part === 'string') return part
    parts.push(part)
  }
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  return kind === 'all' ? { all: parts } : { any: parts }
}

export const defaultEvents: DatasetEventsMode = { mode: 'batch' }

/** How runs take events: `'batch'`, `'each'`, `{ max: n }`, `{ within: '5m' }`, or the normal form; or what is wrong with it. */
export const normalEvents = (given: unknown): DatasetEventsMode | string => {
  const says = "'batch', 'each', { max: 100 } or { within: '5m' }"
  if (given === undefined || given === null) return defaultEvents
  const mode = isRecord(given) && Object.keys(given).length === 1 ? given.mode : given
  if (mode === 'batch' || mode === 'each') return { mode }
  if (!isRecord(given) || Object.keys(given).length !== 1) return `must be ${says}, not ${shown(given)}`
  return normalLimit(given) ?? `must be ${says}, not ${shown(given)}`
}

const normalLimit = ({ max, within, withinMs }: JsonRecord): DatasetEventsMode | null => {
  if (kinds.positive.holds(max)) return { max: Number(max) }
  const ms = durationMs(within ?? withinMs)
  return ms !== null && ms > 0 ? { withinMs: ms } : null
}

/** What is wrong with the two together, or null. */
export const eventsProblem = (condition: DatasetCondition | null, events: DatasetEventsMode): string | null => {
  if (condition === null || !('max' in events)) return null
  const needed = eventsNeeded(condition)
  return events.max >= needed ? null : `max must be ${needed} or more, not ${events.max}: the datasets that the DAG waits for need so many events for one run`
}
