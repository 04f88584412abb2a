/** Commands that came in parts, whole again. */
import type { InboxCommand } from '../../schemas/generated/records.ts'

/** null: more of it is to come, or it is a part that came before. */
export type Joined = (part: InboxCommand) => InboxCommand | null

/** Parts of one executor stand one behind the other, but a deposed one may write between them. A part that comes again changes nothing. */
export const makeInboxParts = (): Joined => {
  const open = new Map<number, InboxCommand>()
  return (command) => {
    const { epoch, n, part, more, body } = command
    if (part === 0 && !more) return command
    const before = open.get(epoch)
    if (part > 0 && (before?.n !== n || before.part !== part - 1 || before.body.type !== 'RunAttempt' || body.type !== 'RunAttempt')) return null
    const xcoms = before?.body.type === 'RunAttempt' && body.type === 'RunAttempt' && part > 0 ? [...before.body.xcoms, ...body.xcoms] : null
    const joined = before && xcoms !== null && before.body.type === 'RunAttempt' ? { ...before, part, more, body: { ...before.body, xcoms } } : command
    if (more) {
      for (const other of open.keys()) if (other < epoch) open.delete(other)
      open.set(epoch, joined)
      return null
    }
    open.delete(epoch)
    return { ...joined, part: 0 }
  }
}
