import type { ChangeSubject } from '../data/change-subject.ts'

export type Overlay =
  | 'none'
  | 'palette'
  | 'legend'
  | { readonly trigger: string }
  /** null: the DAG is still to be chosen. */
  | { readonly backfill: string | null }
  | { readonly nextRuns: string }
  | { readonly clear: ChangeSubject }
  | { readonly mark: ChangeSubject }

let current: Overlay = 'none'
const listeners = new Set<() => void>()

const set = (next: Overlay): void => {
  current = next
  for (const listener of listeners) listener()
}

/** What lies over the page: one thing at a time, opened from anywhere; for useSyncExternalStore. */
export const overlay = {
  get: (): Overlay => current,
  open: set,
  close: (): void => set('none'),
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}
