import cronstrue from 'cronstrue'
import { text } from '../strings/text.ts'
import { durationText } from './duration.ts'

const presets: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@quarterly': '0 0 1 */3 *',
  '@yearly': '0 0 1 1 *',
}

const cronWords = (cron: string): string | null => {
  try {
    const words = cronstrue.toString(presets[cron] ?? cron, { use24HourTimeFormat: true, verbose: false })
    // "At 09:00" leaves open on which days.
    return /^At \d\d:\d\d$/.test(words) ? text.schedule.daily(words.slice(3)) : words
  } catch {
    // Not cron: the caller shows it as its author wrote it.
    return null
  }
}

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

const everyWords = (summary: string): string | null => {
  const [, count, unit] = /^every (\d+)\s*(ms|s|m|h|d|w)$/.exec(summary) ?? []
  const size = unit === undefined ? undefined : units[unit]
  return count === undefined || size === undefined ? null : text.schedule.every(durationText(Number(count) * size).replace(/ 00[sm]$/, ''))
}

/** A schedule as its author wrote it, in words: "Daily at 09:00 (Europe/Oslo)", "Every 10m", "Only when triggered". */
export const scheduleWords = (summary: string | null, timezone: string): string => {
  const written = summary?.trim() ?? ''
  if (written === '' || written === 'none' || written === '@none') return text.schedule.none
  if (written === '@once') return text.schedule.once
  if (written === '@continuous') return text.schedule.continuous
  const words = everyWords(written) ?? cronWords(written)
  if (words === null) return written
  return timezone === 'UTC' ? words : `${words} ${text.schedule.zone(timezone)}`
}
