/** A binary heap: `pop` gives the item that comes first by `before`. */
export interface Heap<T> {
  readonly size: number
  push(item: T): void
  peek(): T | undefined
  pop(): T | undefined
}

export const makeHeap = <T>(before: (a: T, b: T) => boolean): Heap<T> => {
  const items: T[] = []
  const at = (i: number): T => items[i] as T
  const swap = (i: number, j: number): void => {
    const kept = at(i)
    items[i] = at(j)
    items[j] = kept
  }
  const up = (start: number): void => {
    for (let i = start; i > 0; ) {
      const parent = (i - 1) >> 1
      if (!before(at(i), at(parent))) return
      swap(i, parent)
      i = parent
    }
  }
  const down = (): void => {
    for (let i = 0; ; ) {
      const left = 2 * i + 1
      if (left >= items.length) return
      const child = left + 1 < items.length && before(at(left + 1), at(left)) ? left + 1 : left
      if (!before(at(child), at(i))) return
      swap(i, child)
      i = child
    }
  }
  return {
    get size() {
      return items.length
    },
    push(item) {
      items.push(item)
      up(items.length - 1)
    },
    peek: () => items[0],
    pop() {
      const first = items[0]
      const last = items.pop()
      if (items.length > 0) {
        items[0] = last as T
        down()
      }
      return first
    },
  }
}
