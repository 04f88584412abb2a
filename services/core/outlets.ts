import type { OutletEvent } from '../../schemas/generated/records.ts'
import type { TaskDefinition } from './dag.ts'

const none: readonly OutletEvent[] = []

/** The datasets that a task updates when it succeeds, with what it attached to them. */
export const outletEvents = (definition: TaskDefinition | undefined, attached: readonly OutletEvent[] = none): readonly OutletEvent[] => {
  if (!definition || definition.outlets.length === 0) return none
  const extras = new Map(attached.map(({ uri, extra }) => [uri, extra]))
  return [...new Set(definition.outlets)].map((uri) => ({ uri, extra: extras.get(uri) ?? JSON.stringify(definition.outletExtras[uri] ?? {}) }))
}
