/** Things said again at an interval until they are heard. What a look costs is what is due, not what there is. */
export interface Resends<T> {
  readonly size: number
  add(item: T, now: number): void
  delete(item: T): void
  /** Takes those due; each is due again after the interval. */
  due(now: number): T[]
}

/** So many new ones go without waiting for the first of them to be due. */
const fullBatch = 100

/** `firstDelayMs`: new items may wait so long for others to go with. */
export const makeResends = <T>(intervalMs: number, firstDelayMs: number): Resends<T> => {
  const fresh = new Map<T, number>()
  /** By due time: all wait equally long, and who was said goes to the end. */
  const said = new Map<T, number>()
  return {
    get size() {
      return fresh.size + said.size
    },
    add(item, now) {
      if (!fresh.has(item) && !said.has(item)) fresh.set(item, now + firstDelayMs)
    },
    delete(item) {
      fresh.delete(item)
      said.delete(item)
    },
    due(now) {
      const items: T[] = []
      for (const [item, at] of said) {
        if (at > now) break
        items.push(item)
      }
      const [oldest] = fresh.values()
      if (oldest !== undefined && (oldest <= now || fresh.size >= fullBatch)) {
        items.push(...fresh.keys())
        fresh.clear()
      }
      for (const item of items) {
        said.delete(item)
        said.set(item, now + intervalMs)
      }
      return items
    },
  }
}
