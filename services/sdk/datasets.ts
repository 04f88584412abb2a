import { uriProblem } from '../../schemas/dataset-event.ts'
import type { DatasetCondition, JsonObject } from '../core/dag.ts'
import { MillraceError } from '../core/errors.ts'
import { kinds, shown } from '../core/normal-kinds.ts'
import { isTopicWatch, type TopicWatch } from './watch.ts'

/** Data that tasks update and DAGs wait for, named by a URI. */
export interface Dataset {
  readonly uri: string
  readonly extra: JsonObject
  /** Set: its events are the messages of a topic. */
  readonly watch: TopicWatch | null
}

/** What a DAG waits for: a dataset (or its URI), all or any of several. */
export type DatasetExpression =
  | Dataset
  | string
  | { readonly all: readonly DatasetExpression[] }
  | { readonly any: readonly DatasetExpression[] }
  | readonly Dataset[]

/**
 * Names a dataset. A task with it in `outlets` announces an update when it succeeds; a DAG with it as `schedule` runs then.
 * @param uri e.g. `postgres://warehouse/users`; at most 1,500 characters, no credentials.
 * @param extraOrWatch an object that is attached to every update that a task announces, under what the task itself attaches (at most 8,000
 * characters of JSON); or `watch({ topic, ... })`: then the messages of a Kafka topic are the updates, for DAGs that have the dataset as their schedule.
 * @example
 * const users = dataset('postgres://warehouse/users')
 * dag('load', () => void task('load', { outlets: [users] }, loadUsers))
 * dag('report', { schedule: users }, () => void task('report', writeReport))
 */
export const dataset = (uri: string, extraOrWatch: JsonObject | TopicWatch = {}): Dataset => {
  const problem = uriProblem(uri)
  if (problem !== null) throw new MillraceError('bad_option', `dataset ${JSON.stringify(uri)}: ${problem}`)
  const watch = isTopicWatch(extraOrWatch) ? extraOrWatch : null
  const extra = isTopicWatch(extraOrWatch) ? {} : extraOrWatch
  if (!kinds.object.holds(extra)) throw new MillraceError('bad_option', `dataset '${uri}': extra must be an object, not ${shown(extra)}`)
  return Object.freeze({ uri, extra: Object.freeze({ ...extra }), watch })
}

/**
 * Every one of these must have been updated.
 * @example dag('join', { schedule: all(users, any(orders, returns)) }, () => { ... })
 */
export const all = (...datasets: readonly DatasetExpression[]): { readonly all: readonly DatasetExpression[] } => ({ all: some('all', datasets) })

/** One of these must have been updated. */
export const any = (...datasets: readonly DatasetExpression[]): { readonly any: readonly DatasetExpression[] } => ({ any: some('any', datasets) })

const some = (name: string, datasets: readonly DatasetExpression[]): readonly DatasetExpression[] => {
  if (datasets.length === 0) throw new MillraceError('bad_option', `${name}() needs datasets: ${name}(users, orders)`)
  const wrong = datasets.find((one) => typeof one !== 'string' && (typeof one !== 'object' || one === null))
  if (wrong !== undefined)
    throw new MillraceError('bad_option', `${name}(): ${shown(wrong)} is no dataset: make one with dataset('postgres://warehouse/users')`)
  return Object.freeze([...datasets])
}

/** The URI of a dataset or of a URI given as such. */
export const datasetUri = (given: Dataset | string): string => (typeof given === 'string' ? dataset(given).uri : given.uri)

/** The expression as data, for `normalDag`, which checks it. */
export const serialiseDatasets = (given: DatasetExpression): DatasetCondition => {
  if (typeof given === 'string') return { uri: given }
  if (Array.isArray(given)) return { all: (given as readonly Dataset[]).map(serialiseDatasets) }
  const one = given as Exclude<DatasetExpression, string | readonly Dataset[]>
  if ('all' in one) return { all: one.all.map(serialiseDatasets) }
  return 'any' in one ? { any: one.any.map(serialiseDatasets) } : { uri: one.uri }
}

/** The datasets in an expression that watch a topic, each once. */
export const watchedDatasets = (given: DatasetExpression): ReadonlyMap<string, TopicWatch> => {
  const found = new Map<string, TopicWatch>()
  const look = (one: DatasetExpression): void => {
    if (typeof one === 'string') return
    if (Array.isArray(one)) for (const part of one as readonly Dataset[]) look(part)
    else if ('all' in one) for (const part of one.all) look(part)
    else if ('any' in one) for (const part of one.any) look(part)
    else if ('watch' in one && one.watch) found.set(one.uri, one.watch)
  }
  look(given)
  return found
}
