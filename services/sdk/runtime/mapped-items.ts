/** What one instance of a mapped task gets (SEMANTICS 9): which items is core/mapping.ts's arithmetic, their values come from upstream results. */
import type { AttemptContext } from '../../core/attempt-context.ts'
import type { Json, JsonObject, MapSource, TaskDefinition, TaskMap } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import { itemsAt } from '../../core/mapping.ts'
import { shown } from '../../core/normal-kinds.ts'
import { mapTasks } from '../../core/normal-map.ts'
import { operatorArgKind } from '../../core/normal-operators.ts'
import type { UpstreamValues } from './xcom-values.ts'

/** By the name of the input. */
export type MappedItems = Readonly<Record<string, Json>>

type Listable = readonly Json[] | JsonObject

export const mappedItems = async (
  { map, mapIndex, taskId }: Pick<AttemptContext, 'map' | 'mapIndex' | 'taskId'>,
  values: UpstreamValues,
): Promise<MappedItems> => {
  if (map === null || mapIndex < 0) return {}
  const results = new Map<string, Listable>()
  for (const source of mapTasks(map)) results.set(source, listable(taskId, source, await values.get(source, 'return_value')))
  const lengths = Object.fromEntries([...results].map(([source, result]) => [source, lengthOf(result)]))
  const items = itemsAt(map, mapIndex, lengths)
  if (items === null)
    throw new MillraceError(
      'bad_request',
      `task '${taskId}' has no item for map index ${mapIndex}: what it is mapped over has become shorter since. Clear the task, so that it is mapped again`,
    )
  const found: Record<string, Json> = {}
  for (const { name, source, index } of items) {
    const item = partOf('task' in source ? (results.get(source.task) ?? []) : source.literal, index)
    if (name !== null) found[name] = item
    else Object.assign(found, fieldsOf(taskId, source, index, item))
  }
  return found
}

/**
 * The items that take the place of an operator's arguments: those that stand in the DAG may be templates, as any argument; what other tasks left is
 * data. A function gets its items as `inputs` alone.
 */
export const argsOfItems = (
  { taskId, operator }: Pick<TaskDefinition, 'taskId' | 'operator'>,
  map: TaskMap | null,
  items: MappedItems,
): { readonly templates: JsonObject; readonly data: JsonObject } => {
  const [templates, data]: [Record<string, Json>, Record<string, Json>] = [{}, {}]
  for (const [name, item] of Object.entries(items)) {
    const kind = operatorArgKind(operator, name)
    if (kind === null) continue
    if (!kind.holds(item)) throw new MillraceError('bad_request', `task '${taskId}': its item '${name}' must be ${kind.says}, not ${shown(item)}`)
    const source = map?.kind === 'each' ? map.records : map?.inputs[name]
    if (source !== undefined && 'literal' in source) templates[name] = item
    else data[name] = item
  }
  return { templates, data }
}

const listable = (taskId: string, source: string, result: unknown): Listable => {
  if (typeof result === 'object' && result !== null) return result as Listable
  throw new MillraceError('bad_request', `task '${taskId}' is mapped over the result of '${source}', which is no list or record but ${shown(result)}`)
}

const isList = (value: Listable): value is readonly Json[] => Array.isArray(value)

const lengthOf = (value: Listable): number => (isList(value) ? value.length : Object.keys(value).length)

const partOf = (value: Listable, index: number): Json => {
  if (isList(value)) return value[index] ?? null
  const [key = '', item = null] = Object.entries(value)[index] ?? []
  return [key, item]
}

const fieldsOf = (taskId: string, source: MapSource, index: number, item: Json): JsonObject => {
  if (typeof item === 'object' && item !== null && !Array.isArray(item)) return item as JsonObject
  const of = 'task' in source ? `the result of '${source.task}'` : 'its list'
  throw new MillraceError('bad_request', `task '${taskId}': mapEach needs records, but item ${index} of ${of} is ${shown(item)}`)
}
