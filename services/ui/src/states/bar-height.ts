/** Height of a run's bar in pixels: linear in its duration, the longest fills the space, and the shortest still shows. */
export const barHeight = (durationMs: number | null, longestMs: number, spacePx: number): number => {
  const least = Math.min(4, spacePx)
  if (durationMs === null || durationMs <= 0 || longestMs <= 0) return least
  return Math.max(least, Math.round((Math.min(durationMs, longestMs) / longestMs) * spacePx))
}
