export interface LiveStatus {
  readonly connection: 'connecting' | 'open' | 'lost'
  /** null: the projection does not answer. */
  readonly lagSeconds: number | null
}

let status: LiveStatus = { connection: 'connecting', lagSeconds: 0 }
const listeners = new Set<() => void>()

/** State of this tab's stream, for useSyncExternalStore. */
export const liveStatus = {
  get: (): LiveStatus => status,
  set: (change: Partial<LiveStatus>): void => {
    status = { ...status, ...change }
    for (const listener of listeners) listener()
  },
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}
