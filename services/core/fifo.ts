/** First in, first out, without moving what waits at each step. */
export interface Fifo<T> extends Iterable<T> {
  readonly size: number
  push(item: T): void
  peek(): T | undefined
  shift(): T | undefined
}

/** Places in front that are empty, before they are given back. */
const slack = 1024

export const makeFifo = <T>(given: readonly T[] = []): Fifo<T> => {
  let items = [...given]
  let head = 0
  return {
    get size() {
      return items.length - head
    },
    push: (item) => void items.push(item),
    peek: () => items[head],
    shift() {
      const first = items[head]
      if (head === items.length) return undefined
      head++
      if (head === items.length || (head > slack && head * 2 > items.length)) {
        items = items.slice(head)
        head = 0
      }
      return first
    },
    *[Symbol.iterator]() {
      for (let i = head; i < items.length; i++) yield items[i] as T
    },
  }
}
