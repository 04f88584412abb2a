import { expect, test } from 'vitest'
import { apiRunStates, apiRunTypes, apiTaskStateFilter } from '../../../schemas/http/states.ts'
import { runStates, runTypes, taskStates } from '../../../services/core/states.ts'

test('the API shows the states of the core', () => {
  expect([...apiTaskStateFilter].sort()).toEqual([...taskStates].sort())
  expect(apiRunStates).toEqual(runStates)
  expect([...apiRunTypes].sort()).toEqual([...runTypes].sort())
})
