/** The DAG whose build function runs right now. Kept on the global object, so that two copies of the SDK in one process (source and built) agree. */
import type { TaskMap } from '../core/dag.ts'
import { MillraceError } from '../core/errors.ts'
import type { AnyTask } from './task.ts'
import type { TaskOptions } from './task-options.ts'

export interface BuildScope {
  readonly dagId: string
  /** In the order in which they were made. */
  readonly tasks: Map<string, AnyTask>
  readonly groups: Map<string, GroupScope>
  /** What is made now stands in the last of them. */
  readonly open: GroupScope[]
  readonly defaultArgs: TaskOptions
}

export interface GroupScope {
  readonly groupId: string
  readonly parent: string | null
  readonly tooltip: string | null
  readonly map: TaskMap | null
  /** Those of the DAG and of the groups around it, with its own over them. */
  readonly defaultArgs: TaskOptions
}

const key = Symbol.for('millrace.buildScope')
const holder = globalThis as { [key]?: BuildScope | undefined }

export const currentScope = (what: string): BuildScope => {
  const scope = holder[key]
  if (scope === undefined)
    throw new MillraceError('bad_dag', `${what} is made outside of a DAG: make it inside the function that you give to dag('my_dag', { ... }, () => { ... })`)
  return scope
}

export const openGroup = (scope: BuildScope): GroupScope | null => scope.open.at(-1) ?? null

/** The id of what is made here: that of its group stands before it. */
export const idInScope = (scope: BuildScope, id: string): string => {
  const group = openGroup(scope)
  return group === null ? id : `${group.groupId}.${id}`
}

/** Runs a DAG's build function; what it makes lands in the scope. */
export const buildIn = (scope: BuildScope, build: () => unknown): void => {
  if (holder[key] !== undefined) throw new MillraceError('bad_dag', `dag '${scope.dagId}' is made inside of dag '${holder[key].dagId}': make each on its own`)
  holder[key] = scope
  try {
    refusePromise(`dag '${scope.dagId}'`, build())
  } finally {
    holder[key] = undefined
  }
}

export const refusePromise = (what: string, made: unknown): void => {
  if (!(made instanceof Promise)) return
  // It would add tasks after the DAG is complete; its own failure must not end the process as an unhandled one.
  made.catch(() => {})
  throw new MillraceError(
    'bad_dag',
    `${what}: the build function is async, but a DAG's shape must be known at once. Await what you need at the top of the file, or fetch it in a task`,
  )
}
