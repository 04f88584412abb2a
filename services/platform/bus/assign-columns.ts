export interface ColumnMember {
  readonly id: string
  /** The columns it has now. */
  readonly owned: readonly number[]
  /** When it joined the group, ms since the epoch, on its own clock: this prefers, it decides nothing. */
  readonly since: number
}

/**
 * Whole columns for the members of a group: balanced (counts differ by one at most) and sticky (a member keeps what it has up to its share). Among
 * those who have equally many, who joined first comes first: a standby has read what one that was just started again has yet to read.
 * Pure and the same for any order of members, since whichever member leads the group computes it.
 */
export const assignColumns = (columns: number, members: readonly ColumnMember[]): ReadonlyMap<string, readonly number[]> => {
  const byNeed = [...members].sort((a, b) => b.owned.length - a.owned.length || a.since - b.since || (a.id < b.id ? -1 : 1)) // bigger shares to those who have most
  const share = (i: number): number => Math.floor(columns / byNeed.length) + (i < columns % byNeed.length ? 1 : 0)
  const taken = new Set<number>()
  const kept = byNeed.map(({ owned }, i) => {
    const mine: number[] = []
    for (const column of owned) {
      if (mine.length === share(i) || column >= columns || taken.has(column)) continue
      taken.add(column)
      mine.push(column)
    }
    return mine
  })
  const free = Array.from({ length: columns }, (_, i) => i).filter((column) => !taken.has(column))
  return new Map(byNeed.map(({ id }, i) => [id, [...(kept[i] ?? []), ...free.splice(0, share(i) - (kept[i]?.length ?? 0))].sort((a, b) => a - b)]))
}
