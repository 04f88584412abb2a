import { type Kind, shown } from './normal-kinds.ts'
import { didYouMean } from './normal-names.ts'

/** Something wrong with a definition: where it stands, and what to do. */
export interface Problem {
  /** `tasks.extract.retries`, `schedule`, ... */
  readonly path: string
  readonly message: string
  /** The task it is about, where it is about one. */
  readonly taskId: string | null
}

/** What is wrong so far. Reading goes on after a problem, so that its author sees all of them at once. */
export interface Problems {
  readonly found: readonly Problem[]
  add(path: string, message: string, taskId?: string | null): void
}

/** A thousand tasks with the same mistake need not say so a thousand times. */
const maxProblems = 50

export const makeProblems = (): Problems => {
  const found: Problem[] = []
  return {
    found,
    add(path, message, taskId = null) {
      if (found.length < maxProblems) found.push({ path, message, taskId })
    },
  }
}

export type JsonRecord = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads the fields of one object, each by its kind, and tells of those that nobody reads. */
export interface FieldReader {
  /** The value when it is given and of the kind; else the default. */
  read<T>(name: string, kind: Kind, otherwise: T): T
  has(name: string): boolean
  problem(name: string, message: string): void
}

export const makeFieldReader = (given: JsonRecord, path: string, names: readonly string[], problems: Problems, taskId: string | null = null): FieldReader => {
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`)
  for (const name of Object.keys(given)) if (!names.includes(name)) problems.add(at(name), `there is no field '${name}' here${didYouMean(name, names)}`, taskId)
  return {
    has: (name) => given[name] !== undefined,
    problem: (name, message) => problems.add(at(name), message, taskId),
    read<T>(name: string, kind: Kind, otherwise: T): T {
      const value = given[name]
      if (value === undefined) return otherwise
      if (kind.holds(value)) return value as T
      problems.add(at(name), `must be ${kind.says}, not ${shown(value)}`, taskId)
      return otherwise
    },
  }
}
