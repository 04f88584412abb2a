/**
 * The attempt that this process runs, so that hooks find connections by id. A process runs one at a time; AsyncLocalStorage would tell stray promises of
 * an attempt that is over from the next one's, but its promise hooks cost every await of every task. On the global object: copies of the SDK in one
 * process agree.
 */
import { MillraceError } from '../core/errors.ts'
import type { TaskContext } from './context.ts'

const key = Symbol.for('millrace.currentAttempt')
const holder = globalThis as { [key]?: TaskContext | undefined }

export const runAttempt = async <T>(context: TaskContext, work: () => Promise<T>): Promise<T> => {
  holder[key] = context
  try {
    return await work()
  } finally {
    holder[key] = undefined
  }
}

export const currentAttempt = (what: string): TaskContext => {
  const context = holder[key]
  if (context === undefined)
    throw new MillraceError('bad_request', `${what} works only inside a task while it runs: use it in the function of task('id', async () => { ... })`)
  return context
}
