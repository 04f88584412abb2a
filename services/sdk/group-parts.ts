import type { BuildScope } from './build-scope.ts'
import type { Steps } from './task.ts'

export const groupParts = Symbol.for('millrace.group')

/** A group of tasks; `M` is what its function returned, so that what is outside can name tasks inside. */
export interface Group<out M = unknown> {
  /** With the ids of the groups around it. */
  readonly groupId: string
  /** What the group's function returned. */
  readonly made: M
  /** The leaves of the group come before these. */
  before(...steps: readonly Steps[]): void
  /** The roots of the group come after these. */
  after(...steps: readonly Steps[]): void
  readonly [groupParts]: { readonly scope: BuildScope }
}

export type AnyGroup = Group<unknown>

export const isGroup = (value: unknown): value is AnyGroup => typeof value === 'object' && value !== null && groupParts in value
