import { expect, test } from 'vitest'
import { goesBefore } from '../../../services/executor/lines.ts'
import { makeWanted } from '../../../services/executor/wanted.ts'
import { at, unpaused, work } from '../../support/column-driver.ts'

test('a backfill yields to scheduled runs: its tasks wait behind all others of their priority, however old their date', () => {
  const d = unpaused(
    { dagId: 'x', schedule: '@daily', startDate: '2026-01-01T00:00:00Z', tasks: [work('low'), work('high', [], { priorityWeight: 5 })] },
    '2026-01-09T12:00:00Z',
  )
  d.ask('x', 'create_backfill', { from: at('2026-01-01T00:00:00Z'), to: at('2026-01-03T00:00:00Z'), maxActiveRuns: 2 })
  const wanted = makeWanted()
  for (const event of d.events) wanted.apply(0, d.column, event)
  const order = [...wanted.byToken.values()].sort((a, b) => (goesBefore(a, b) ? -1 : 1)).map(({ task, run }) => `${task.taskId} ${run.runType}`)
  expect(order).toEqual(['high scheduled', 'high backfill', 'high backfill', 'low scheduled', 'low backfill', 'low backfill'])
})
