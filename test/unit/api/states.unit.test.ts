import { expect, test } from 'vitest'
import { apiBackfillStates } from '../../../schemas/http/backfills.ts'
import { apiRunStates, apiRunTypes, apiTaskStateFilter } from '../../../schemas/http/states.ts'
import { waitKinds } from '../../../schemas/http/waits.ts'
import { backfillStates } from '../../../services/core/backfill-told.ts'
import { runStates, runTypes, taskStates } from '../../../services/core/states.ts'
import type { WaitKind } from '../../../services/core/why-types.ts'

test('the API shows the states of the core', () => {
  expect([...apiTaskStateFilter].sort()).toEqual([...taskStates].sort())
  expect(apiRunStates).toEqual(runStates)
  expect(apiBackfillStates).toEqual(backfillStates)
  expect([...apiRunTypes].sort()).toEqual([...runTypes].sort())
})

test('the API knows every kind of reason to wait, and no other', () => {
  // The compiler holds the two lists against each other, the test only that none stands twice.
  type Unknown = Exclude<WaitKind, (typeof waitKinds)[number]>
  type Invented = Exclude<(typeof waitKinds)[number], WaitKind>
  const none: [Unknown, Invented] extends [never, never] ? true : never = true
  expect(none && new Set(waitKinds).size).toBe(waitKinds.length)
})
