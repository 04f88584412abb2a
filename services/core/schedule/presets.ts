/** Airflow's names for common crons. `@once` and `@continuous` are schedules of their own, not crons. */
export const cronPresets: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@quarterly': '0 0 1 */3 *',
  '@yearly': '0 0 1 1 *',
}

/** The five fields behind a preset's name; other texts as they are. */
export const cronOf = (text: string): string => {
  const name = text.trim()
  return Object.hasOwn(cronPresets, name) ? (cronPresets[name] ?? text) : text
}
