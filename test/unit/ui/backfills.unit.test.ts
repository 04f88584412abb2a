import { describe, expect, it } from 'vitest'
import type { Backfill } from '../../../services/ui/src/api/types.ts'
import { exactTime } from '../../../services/ui/src/format/exact-time.ts'
import { zonedInstant } from '../../../services/ui/src/format/zoned-instant.ts'
import { type BackfillForm, backfillCommand, readBackfillForm } from '../../../services/ui/src/pages/backfills/backfill-form.ts'
import { backfillParts, datesDone, datesLeft } from '../../../services/ui/src/pages/backfills/backfill-parts.ts'

const form: BackfillForm = {
  dagId: 'etl',
  from: '2026-01-01T00:00',
  to: '2026-01-31T00:00',
  reprocess: 'none',
  atOnce: '4',
  newestFirst: false,
  conf: '',
}

describe('a wall clock in a zone', () => {
  it('is an instant', () => {
    expect(zonedInstant('2026-01-31T09:00', 'UTC')).toBe('2026-01-31T09:00:00.000Z')
    expect(zonedInstant('2026-01-31', 'Asia/Seoul')).toBe('2026-01-30T15:00:00.000Z')
    expect(zonedInstant('2026-07-01T12:00', 'America/New_York')).toBe('2026-07-01T16:00:00.000Z')
    expect(zonedInstant('', 'UTC')).toBeNull()
  })
  it('moves on over a gap, and is the second of two', () => {
    expect(zonedInstant('2026-03-29T02:30', 'Europe/Oslo')).toBe('2026-03-29T01:30:00.000Z')
    expect(zonedInstant('2026-10-25T02:30', 'Europe/Oslo')).toBe('2026-10-25T01:30:00.000Z')
  })
  it('is shown in that zone', () => {
    expect(exactTime(Date.parse('2026-01-30T15:00:00Z'), 'Asia/Seoul')).toBe('2026-01-31 00:00:00')
  })
})

describe('the form of a backfill', () => {
  it('is a body, and a command', () => {
    const read = readBackfillForm({ ...form, reprocess: 'failed', newestFirst: true, conf: '{"n": 1}' }, 'Europe/Oslo')
    expect(read).toEqual({
      body: {
        dag_id: 'etl',
        from_date: '2025-12-31T23:00:00.000Z',
        to_date: '2026-01-30T23:00:00.000Z',
        reprocess_behavior: 'failed',
        max_active_runs: 4,
        run_backwards: true,
        dag_run_conf: { n: 1 },
      },
    })
    expect('body' in read && backfillCommand(read.body)).toBe(
      `millrace backfill create etl --from 2025-12-31T23:00:00.000Z --to 2026-01-30T23:00:00.000Z --reprocess failed --max-active-runs 4 --newest-first --conf '{"n":1}'`,
    )
  })
  it('waits without a word for what is missing, and says what is wrong', () => {
    for (const part of [{ dagId: '' }, { from: '' }, { to: '' }, { atOnce: '0' }, { atOnce: '1.5' }])
      expect(readBackfillForm({ ...form, ...part }, 'UTC')).toEqual({ problem: null })
    expect(readBackfillForm({ ...form, to: '2025-01-01T00:00' }, 'UTC')).toMatchObject({ problem: expect.stringContaining('before the first') })
    expect(readBackfillForm({ ...form, conf: '[' }, 'UTC')).toMatchObject({ problem: expect.stringContaining('not JSON') })
  })
})

describe('how far a backfill is', () => {
  const of = (progress: Partial<Backfill['progress']>) => ({
    progress: { total: 10, taken: 0, skipped: 0, queued: 0, running: 0, success: 0, failed: 0, ...progress },
  })
  it('counts what is over and what is to come', () => {
    const one = of({ taken: 7, success: 3, failed: 1, skipped: 1, running: 2 })
    expect([datesDone(one), datesLeft(one)]).toEqual([5, 3])
    expect(backfillParts(one)).toEqual([
      { state: 'success', count: 3 },
      { state: 'failed', count: 1 },
      { state: 'skipped', count: 1 },
      { state: 'running', count: 2 },
    ])
    expect(backfillParts(of({}))).toEqual([])
  })
})
