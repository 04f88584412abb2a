import { type Dag, isDag } from '../dag.ts'

/** The DAGs that a module exports, by default, by name, or in lists; each once. */
export const collectDags = (moduleNamespace: object): readonly Dag[] => {
  const found = new Set<Dag>()
  const look = (value: unknown, depth: number): void => {
    if (isDag(value)) found.add(value)
    else if (Array.isArray(value) && depth < 4) for (const item of value) look(item, depth + 1)
  }
  for (const value of Object.values(moduleNamespace)) look(value, 0)
  return [...found]
}
