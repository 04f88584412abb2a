/** Rows carry the number of the newest event they show: an event counts only when its number is higher. */
export const isNewer = (eventNumber: number, shown: number | null | undefined): boolean => eventNumber > (shown ?? 0)
