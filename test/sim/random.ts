/** Chance by seed: all that varies in a simulation comes from here. */
export interface Random {
  /** 0 up to 1. */
  next(): number
  chance(probability: number): boolean
  /** A number from low up to high. */
  between(low: number, high: number): number
  whole(below: number): number
  pick<T>(items: readonly T[]): T
  /** One of the names, each as often as its weight says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T
}

export const makeRandom = (seed: number): Random => {
  let state = (seed * 2654435761) >>> 0 || 1
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const whole = (below: number): number => Math.floor(next() * below)
  return {
    next,
    chance: (probability) => next() < probability,
    between: (low, high) => low + next() * (high - low),
    whole,
    pick(items) {
      if (items.length === 0) throw new Error('nothing to pick from')
      return items[whole(items.length)] as (typeof items)[number]
    },
    weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
      const entries = Object.entries(weights) as [T, number][]
      let luck = next() * entries.reduce((total, [, weight]) => total + weight, 0)
      for (const [name, weight] of entries) {
        luck -= weight
        if (luck < 0) return name
      }
      throw new Error('nothing to pick from')
    },
  }
}
