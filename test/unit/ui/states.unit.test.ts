import { describe, expect, it } from 'vitest'
import { runStates, taskStates } from '../../../services/core/states.ts'
import { barHeight } from '../../../services/ui/src/states/bar-height.ts'
import { isAtRest, runStatesInOrder, stateName, statesInOrder, worstState } from '../../../services/ui/src/states/state-order.ts'
import { text } from '../../../services/ui/src/strings/text.ts'

describe('states', () => {
  it('are those of the core, each with a word', () => {
    expect([...statesInOrder].sort()).toEqual([...taskStates].sort())
    expect([...runStatesInOrder].sort()).toEqual([...runStates].sort())
    for (const state of taskStates) expect(text.states[state]).toMatch(/\w/)
  })
  it('draws what it does not know as none', () => {
    expect(stateName('success')).toBe('success')
    expect(stateName(null)).toBe('none')
    expect(stateName('teleported')).toBe('none')
  })
  it('puts what needs a person first', () => {
    expect(worstState(['success', 'running', 'failed', 'success'])).toBe('failed')
    expect(worstState(['success', 'running', null])).toBe('running')
    expect(worstState([])).toBe('none')
  })
  it('knows what is at rest', () => {
    expect(taskStates.filter(isAtRest)).toEqual(['success', 'failed', 'skipped', 'upstream_failed', 'removed'])
  })
})

describe('barHeight', () => {
  it('fills the space with the longest and still shows the shortest', () => {
    expect(barHeight(100, 100, 56)).toBe(56)
    expect(barHeight(50, 100, 56)).toBe(28)
    expect(barHeight(1, 100_000, 56)).toBe(4)
    expect(barHeight(null, 100, 56)).toBe(4)
    expect(barHeight(300, 100, 56)).toBe(56)
  })
})
