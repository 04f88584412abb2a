const offsetMs = (at: number, zone: string): number => {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at)
  const field = (type: string): number => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(field('year'), field('month') - 1, field('day'), field('hour'), field('minute'), field('second')) - Math.floor(at / 1000) * 1000
}

/** What a date field says ("2026-01-31T09:00", or without a time) in a time zone, as ISO in UTC; null: it is not filled in. A time that happens twice is the second one. */
export const zonedInstant = (wallClock: string, zone: string): string | null => {
  const wall = Date.parse(`${wallClock.length === 10 ? `${wallClock}T00:00` : wallClock}Z`)
  if (Number.isNaN(wall)) return null
  // The offset before the change and the one after it: one of them is right, and where neither is, the clock jumps over that time.
  const candidates = [wall - offsetMs(wall - 86_400_000, zone), wall - offsetMs(wall + 86_400_000, zone)]
  const right = candidates.filter((at) => at + offsetMs(at, zone) === wall)
  return new Date(right.length > 0 ? Math.max(...right) : Math.max(...candidates)).toISOString()
}
