import type { Backfill } from '../../../schemas/http/backfills.ts'

const barWidth = 30

/** Dates that are done with: their runs are over, or they made none. */
export const doneOf = ({ progress }: Pick<Backfill, 'progress'>): number => progress.success + progress.failed + progress.skipped

/** One line: a bar, how many of how many, and what is not plain. */
export const progressLine = (backfill: Pick<Backfill, 'progress' | 'state'>): string => {
  const { total, failed, running, skipped } = backfill.progress
  const done = Math.min(doneOf(backfill), total)
  const filled = total === 0 ? barWidth : Math.floor((done / total) * barWidth)
  const facts = [
    running > 0 ? `${running} running` : null,
    failed > 0 ? `${failed} failed` : null,
    skipped > 0 ? `${skipped} skipped` : null,
    backfill.state === 'running' ? null : backfill.state,
  ].filter((fact) => fact !== null)
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100)
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${done}/${total} ${percent}%${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`
}
