const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** "850 ms", "4.2s", "1m 12s", "2h 05m", "3d 4h"; an en dash for what has not begun. */
export const durationText = (ms: number | null | undefined): string => {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return '–'
  const span = Math.max(0, ms)
  if (span < second) return `${Math.round(span)}ms`
  // 9.96 s would print as "10.0s": from there on whole seconds.
  if (span < 9.95 * second) return `${(span / second).toFixed(1)}s`
  const whole = Math.round(span / second) * second
  if (whole < minute) return `${whole / second}s`
  if (whole < hour) return `${Math.floor(whole / minute)}m ${pad((whole % minute) / second)}s`
  if (whole < day) return `${Math.floor(whole / hour)}h ${pad(Math.floor((whole % hour) / minute))}m`
  return `${Math.floor(whole / day)}d ${Math.floor((whole % day) / hour)}h`
}

const pad = (count: number): string => String(count).padStart(2, '0')

/** How long something took, or has taken until now; null when it has not begun. */
export const spanMs = (start: string | null | undefined, end: string | null | undefined, now: number): number | null => {
  if (!start) return null
  return Math.max(0, (end ? Date.parse(end) : now) - Date.parse(start))
}
