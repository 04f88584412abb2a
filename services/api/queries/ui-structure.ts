/** The graph of one version, as it is drawn: pure. */
import type { Structure } from '../../../schemas/http/ui-structure.ts'
import type { DagDefinition } from '../../core/dag.ts'

export const structureOf = (version: { readonly version: string; readonly version_number: number }, dag: DagDefinition): Structure => {
  const groupIds = dag.groups.map((group) => group.groupId)
  return {
    dag_id: dag.dagId,
    version: version.version,
    version_number: version.version_number,
    nodes: dag.tasks.map((task) => {
      const group = innermostGroup(groupIds, task.taskId)
      return {
        id: task.taskId,
        label: labelIn(group, task.taskId),
        operator: task.operator,
        group,
        trigger_rule: task.triggerRule,
        queue: task.queue,
        pool: task.pool,
        retries: task.retries,
        owner: task.owner,
        doc_md: task.doc,
        is_mapped: task.map !== null || isInMappedGroup(dag, task.groupId),
        is_setup: task.setup,
        is_teardown: task.teardown !== null,
        outlets: [...task.outlets],
        inlets: [...task.inlets],
      }
    }),
    edges: dag.tasks.flatMap((task) => task.upstream.map((source) => ({ source, target: task.taskId }))),
    groups: dag.groups.map(({ groupId, parent, tooltip, map }) => ({ id: groupId, label: labelIn(parent, groupId), parent, tooltip, is_mapped: map !== null })),
  }
}

export const isInMappedGroup = (dag: DagDefinition, groupId: string | null): boolean => {
  const group = dag.groups.find((one) => one.groupId === groupId)
  return group !== undefined && (group.map !== null || isInMappedGroup(dag, group.parent))
}

/** A group is a prefix of ids. */
const innermostGroup = (groupIds: readonly string[], taskId: string): string | null =>
  groupIds
    .filter((groupId) => taskId.startsWith(`${groupId}.`))
    .reduce<string | null>((longest, groupId) => (groupId.length > (longest?.length ?? 0) ? groupId : longest), null)

const labelIn = (group: string | null, id: string): string => (group !== null && id.startsWith(`${group}.`) ? id.slice(group.length + 1) : id)
