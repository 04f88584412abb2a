/** A choice kept in this browser and shared by all components (for useSyncExternalStore). */
export interface StoredChoice<T extends string> {
  readonly get: () => T
  readonly set: (value: T) => void
  readonly subscribe: (listener: () => void) => () => void
}

/** Opens `key` of the local storage as one of `values`; the first is the default. Other tabs follow. */
export const storedChoice = <T extends string>(key: string, values: readonly [T, ...T[]]): StoredChoice<T> => {
  const listeners = new Set<() => void>()
  const read = (): T => {
    try {
      return values.find((value) => value === localStorage.getItem(key)) ?? values[0]
    } catch {
      // Storage is switched off: the choice lasts as long as the page.
      return values[0]
    }
  }
  let current = read()
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  window.addEventListener('storage', (event) => {
    if (event.key !== key) return
    current = read()
    tell()
  })
  return {
    get: () => current,
    set: (value) => {
      current = value
      try {
        localStorage.setItem(key, value)
      } catch {
        // As above.
      }
      tell()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
