/** What changed from one version of a DAG to another: pure. */
import type { FieldChange, TaskFieldChanges } from '../../../schemas/http/ui-version-diff.ts'
import type { DagDefinition, TaskDefinition } from '../../core/dag.ts'

export interface DefinitionDiff {
  readonly fields: FieldChange[]
  readonly tasks_added: string[]
  readonly tasks_removed: string[]
  readonly tasks_changed: TaskFieldChanges[]
  readonly edges_added: { readonly source: string; readonly target: string }[]
  readonly edges_removed: { readonly source: string; readonly target: string }[]
}

export const definitionDiff = (before: DagDefinition, after: DagDefinition): DefinitionDiff => {
  const old = new Map(before.tasks.map((task) => [task.taskId, task]))
  const now = new Map(after.tasks.map((task) => [task.taskId, task]))
  const changed = after.tasks.flatMap((task): TaskFieldChanges[] => {
    const was = old.get(task.taskId)
    const fields = was ? fieldChanges(was, task, ['taskId', 'upstream']) : []
    return fields.length > 0 ? [{ task_id: task.taskId, fields }] : []
  })
  const [oldEdges, newEdges] = [edgesOf(before.tasks), edgesOf(after.tasks)]
  return {
    fields: fieldChanges(before, after, ['dagId', 'tasks']),
    tasks_added: after.tasks.flatMap(({ taskId }) => (old.has(taskId) ? [] : taskId)),
    tasks_removed: before.tasks.flatMap(({ taskId }) => (now.has(taskId) ? [] : taskId)),
    tasks_changed: changed,
    edges_added: without(newEdges, oldEdges),
    edges_removed: without(oldEdges, newEdges),
  }
}

const fieldChanges = (before: object, after: object, but: readonly string[]): FieldChange[] => {
  const [was, is] = [before as Record<string, unknown>, after as Record<string, unknown>]
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((field) => !but.includes(field) && canonical(was[field]) !== canonical(is[field]))
    .map((field) => ({ field, before: was[field] ?? null, after: is[field] ?? null }))
}

/** The same text for the same value, whatever the order of its fields. */
const canonical = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

const edgesOf = (tasks: readonly TaskDefinition[]): ReadonlyMap<string, { readonly source: string; readonly target: string }> =>
  new Map(tasks.flatMap((task) => task.upstream.map((source) => [`${source} > ${task.taskId}`, { source, target: task.taskId }] as const)))

const without = <T>(some: ReadonlyMap<string, T>, others: ReadonlyMap<string, T>): T[] => [...some].flatMap(([key, value]) => (others.has(key) ? [] : value))
