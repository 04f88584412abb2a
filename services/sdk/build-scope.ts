/** The DAG whose build function runs right now. Kept on the global object, so that two copies of the SDK in one process (source and built) agree. */
import { MillraceError } from '../core/errors.ts'
import type { AnyTask } from './task.ts'
import type { TaskOptions } from './task-options.ts'

export interface BuildScope {
  readonly dagId: string
  readonly defaultArgs: TaskOptions
  /** In the order in which they were made. */
  readonly tasks: Map<string, AnyTask>
}

const key = Symbol.for('millrace.buildScope')
const holder = globalThis as { [key]?: BuildScope | undefined }

export const currentScope = (what: string): BuildScope => {
  const scope = holder[key]
  if (scope === undefined)
    throw new MillraceError('bad_dag', `${what} is made outside of a DAG: make it inside the function that you give to dag('my_dag', { ... }, () => { ... })`)
  return scope
}

/** Runs a DAG's build function; what it makes lands in the scope. */
export const buildIn = (scope: BuildScope, build: () => unknown): void => {
  if (holder[key] !== undefined) throw new MillraceError('bad_dag', `dag '${scope.dagId}' is made inside of dag '${holder[key].dagId}': make each on its own`)
  holder[key] = scope
  try {
    const made = build()
    if (made instanceof Promise) {
      // It would add tasks after the DAG is complete; its own failure must not end the process as an unhandled one.
      made.catch(() => {})
      throw new MillraceError(
        'bad_dag',
        `dag '${scope.dagId}': the build function is async, but a DAG's shape must be known at once. Await what you need at the top of the file, or fetch it in a task`,
      )
    }
  } finally {
    holder[key] = undefined
  }
}
