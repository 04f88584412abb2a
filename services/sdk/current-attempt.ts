/** The attempt that runs in this asynchronous context, so that hooks find connections by id. On the global object: copies of the SDK in one process agree. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { MillraceError } from '../core/errors.ts'
import type { TaskContext } from './context.ts'

const key = Symbol.for('millrace.currentAttempt')
const holder = globalThis as { [key]?: AsyncLocalStorage<TaskContext> }

const storage = (): AsyncLocalStorage<TaskContext> => {
  holder[key] ??= new AsyncLocalStorage()
  return holder[key]
}

export const runAttempt = <T>(context: TaskContext, work: () => Promise<T>): Promise<T> => storage().run(context, work)

export const currentAttempt = (what: string): TaskContext => {
  const context = storage().getStore()
  if (context === undefined)
    throw new MillraceError('bad_request', `${what} works only inside a task while it runs: use it in the function of task('id', async () => { ... })`)
  return context
}
