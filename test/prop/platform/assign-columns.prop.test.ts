import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignColumns, type ColumnMember } from '../../../services/platform/bus/assign-columns.ts'

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 8 })
const group = fc
  .tuple(fc.integer({ min: 0, max: 40 }), ids)
  .chain(([columns, names]) =>
    fc.tuple(
      fc.constant(columns),
      fc.tuple(
        ...names.map((id) =>
          fc.record<ColumnMember>({ id: fc.constant(id), owned: fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 20 }), since: fc.nat(3) }),
        ),
      ),
    ),
  )

describe('assignColumns', () => {
  it('gives each column to exactly one member, in shares that differ by one at most', () => {
    fc.assert(
      fc.property(group, ([columns, members]) => {
        const shares = [...assignColumns(columns, members).values()]
        expect(shares.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: columns }, (_, i) => i))
        const sizes = shares.map((s) => s.length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('is the same whoever computes it', () => {
    fc.assert(
      fc.property(group, ([columns, members]) => {
        const sorted = (m: ReadonlyMap<string, readonly number[]>) => [...m].sort(([a], [b]) => (a < b ? -1 : 1))
        expect(sorted(assignColumns(columns, [...members].reverse()))).toEqual(sorted(assignColumns(columns, members)))
      }),
    )
  })

  it('moves no column when nothing changed, and none that need not move when a member comes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), ids, fc.string({ minLength: 9, maxLength: 12 }), (columns, names, newcomer) => {
        const first = assignColumns(
          columns,
          names.map((id) => ({ id, owned: [], since: 1 })),
        )
        const members = names.map((id) => ({ id, owned: first.get(id) ?? [], since: 1 }))
        expect(assignColumns(columns, members)).toEqual(new Map(members.map((m) => [m.id, m.owned])))
        const joined = assignColumns(columns, [...members, { id: newcomer, owned: [], since: 2 }])
        const moved = members.flatMap(({ id, owned }) => owned.filter((c) => !joined.get(id)?.includes(c)))
        expect(moved.sort((a, b) => a - b)).toEqual([...(joined.get(newcomer) ?? [])])
      }),
    )
  })

  it('gives what a member leaves behind to who has been there longest', () => {
    fc.assert(
      fc.property(ids, fc.string({ minLength: 9, maxLength: 12 }), (names, oldest) => {
        const members = [...names.map((id) => ({ id, owned: [], since: 2 })), { id: oldest, owned: [], since: 1 }]
        expect(assignColumns(1, members).get(oldest)).toEqual([0])
      }),
    )
  })
})
