const units = [
  { limit: 60, size: 1, name: 's' },
  { limit: 60, size: 60, name: 'min' },
  { limit: 24, size: 3600, name: 'h' },
  { limit: 30, size: 86_400, name: 'd' },
  { limit: 12, size: 2_592_000, name: 'mo' },
  { limit: Number.POSITIVE_INFINITY, size: 31_536_000, name: 'y' },
] as const

/** "now", "3 min ago", "in 2 h". One unit, rounded down: what a reader needs at a glance; the exact time is on hover. */
export const relativeTime = (at: number, now: number): string => {
  const past = now >= at
  const seconds = Math.floor(Math.abs(now - at) / 1000)
  if (seconds < 5) return 'now'
  for (const { limit, size, name } of units) {
    const count = Math.floor(seconds / size)
    if (count < limit) return past ? `${Math.max(count, 1)} ${name} ago` : `in ${Math.max(count, 1)} ${name}`
  }
  return ''
}
