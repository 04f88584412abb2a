/** An instant of the API without its fraction: `2026-11-20T09:35:28Z`. */
export const shortTime = (instant: string | null | undefined): string | null => instant?.replace(/\.\d+/, '').replace(/\+00:00$/, 'Z') ?? null

/** Seconds as `0.2s`, `45s`, `3m 20s`, `2h 05m`. */
export const shortDuration = (seconds: number | null | undefined): string | null => {
  if (seconds === null || seconds === undefined) return null
  if (seconds < 10) return `${seconds.toFixed(1)}s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`
  return `${Math.floor(whole / 3600)}h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`
}
