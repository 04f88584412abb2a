import { describe, expect, it } from 'vitest'
import type { TaskMap } from '../../../services/core/dag.ts'
import { itemsAt, mapLength } from '../../../services/core/mapping.ts'

const cross: TaskMap = { kind: 'cross', inputs: { a: { literal: ['x', 'y'] }, b: { task: 'up' }, c: { literal: { k: 1, l: 2 } } } }
const indexes = (map: TaskMap, mapIndex: number, lengths = {}) => itemsAt(map, mapIndex, lengths)?.map(({ name, index }) => [name, index])

describe('SEMANTICS 9: how many instances a map makes', () => {
  it('one per item of a list, one per entry of a record', () => {
    expect(mapLength({ kind: 'cross', inputs: { a: { literal: [1, 2, 3] } } }, {})).toBe(3)
    expect(mapLength({ kind: 'cross', inputs: { a: { literal: { x: 1, y: 2 } } } }, {})).toBe(2)
  })
  it('an upstream result: not known until its length is', () => {
    expect(mapLength(cross, {})).toBeNull()
    expect(mapLength(cross, { up: 5 })).toBe(20)
    expect(mapLength(cross, { up: 0 })).toBe(0)
    expect(mapLength({ kind: 'cross', inputs: { a: { task: 'constructor' } } }, {})).toBeNull()
  })
  it('several inputs make the cross product, the last one varying fastest', () => {
    const all = Array.from({ length: 12 }, (_, i) =>
      indexes(cross, i, { up: 3 })
        ?.map(([, index]) => index)
        .join(''),
    )
    expect(all).toEqual(['000', '001', '010', '011', '020', '021', '100', '101', '110', '111', '120', '121'])
    expect(indexes(cross, 12, { up: 3 })).toBeUndefined()
    expect(indexes(cross, -1, { up: 3 })).toBeUndefined()
  })
  it('a zip takes item i of each; the shortest decides', () => {
    const zip: TaskMap = { kind: 'zip', inputs: { a: { literal: [1, 2, 3] }, b: { task: 'up' } } }
    expect(mapLength(zip, { up: 2 })).toBe(2)
    expect(indexes(zip, 1, { up: 2 })).toEqual([
      ['a', 1],
      ['b', 1],
    ])
    expect(indexes(zip, 2, { up: 2 })).toBeUndefined()
  })
  it('mapEach takes a list of records', () => {
    const each: TaskMap = { kind: 'each', records: { task: 'up' } }
    expect(mapLength(each, { up: 4 })).toBe(4)
    expect(itemsAt(each, 3, { up: 4 })).toEqual([{ name: null, source: { task: 'up' }, index: 3 }])
  })
})
