/** A span of time: milliseconds, or text such as `'90s'`, `'3m'`, `'1h30m'`, `'1d'`. */
export type Duration = number | string

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** Milliseconds of a duration, or null when it is none (negative, not whole, no unit, over 100 years). */
export const durationMs = (duration: unknown): number | null => {
  const ms = typeof duration === 'number' ? duration : typeof duration === 'string' ? parsed(duration) : null
  return ms !== null && Number.isInteger(ms) && ms >= 0 && ms <= 100 * 366 * 86_400_000 ? ms : null
}

const parsed = (text: string): number | null => {
  const compact = text.replaceAll(' ', '')
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/.test(compact)) return null
  let ms = 0
  for (const [, amount, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)) ms += Number(amount) * (unitMs[unit ?? ''] ?? 0)
  return Math.round(ms)
}

/** `5400000` -> `1h30m`. */
export const durationText = (ms: number): string => {
  let rest = ms
  let text = ''
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = unitMs[unit] ?? 1
    const amount = Math.floor(rest / size)
    if (amount > 0) text += `${amount}${unit}`
    rest -= amount * size
  }
  return text === '' ? '0s' : text
}
