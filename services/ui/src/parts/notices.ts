export interface Notice {
  readonly id: number
  readonly title: string
  readonly detail?: string
  /** Good news leaves by itself; a failure stays until it is closed. */
  readonly good?: boolean
}

let shown: readonly Notice[] = []
let lastId = 0
const listeners = new Set<() => void>()

const change = (next: readonly Notice[]): void => {
  shown = next
  for (const listener of listeners) listener()
}

/** Messages at the foot of the page, for useSyncExternalStore. */
export const notices = {
  get: (): readonly Notice[] => shown,
  add: (notice: Omit<Notice, 'id'>): void => {
    lastId += 1
    const id = lastId
    change([...shown.slice(-3), { ...notice, id }])
    if (notice.good) setTimeout(() => notices.remove(id), 4000)
  },
  remove: (id: number): void => change(shown.filter((notice) => notice.id !== id)),
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}
