import { expect, test } from 'vitest'
import { runIdOf } from '../../../services/core/schedule/run-id.ts'

test.each([
  ['scheduled', Date.UTC(2026, 0, 1), undefined, 'scheduled__2026-01-01T00:00:00+00:00'],
  ['manual', Date.UTC(2026, 10, 20, 9, 35, 28, 123), undefined, 'manual__2026-11-20T09:35:28.123000+00:00'],
  ['backfill', Date.UTC(2024, 1, 29, 23, 59, 59), undefined, 'backfill__2024-02-29T23:59:59+00:00'],
  ['dataset_triggered', Date.UTC(2026, 0, 1, 0, 0, 0, 7), '3-1042-0', 'dataset_triggered__2026-01-01T00:00:00.007000+00:00_3-1042-0'],
] as const)('SEMANTICS 4: run ids, %s', (runType, runAfter, suffix, expected) => {
  expect(runIdOf(runType, runAfter, suffix)).toBe(expected)
})
