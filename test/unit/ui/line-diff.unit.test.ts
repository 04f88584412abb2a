import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DiffLine, foldDiff, lineDiff } from '../../../services/ui/src/pages/versions/line-diff.ts'

const shown = (lines: readonly DiffLine[]): string => lines.map(({ kind, text }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text}`).join('\n')

describe('lineDiff', () => {
  it('keeps what is common and puts what went before what came', () => {
    expect(shown(lineDiff('a\nb\nc\n', 'a\nB\nc\nd\n'))).toBe(' a\n-b\n+B\n c\n+d')
    expect(shown(lineDiff('a\nb\nc\nd', 'b\nc\nx'))).toBe('-a\n b\n c\n-d\n+x')
    expect(lineDiff('', '')).toEqual([])
    expect(shown(lineDiff('', 'a'))).toBe('+a')
  })
  it('numbers the lines of both texts', () => {
    expect(lineDiff('a\nb', 'b').map(({ before, after }) => [before, after])).toEqual([
      [1, null],
      [2, 1],
    ])
  })
  it('gives back both texts, with no more changes than needed', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.map((line) => `${line}\n`).join(''))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = lineDiff(before, after)
        const side = (drop: DiffLine['kind']) => lines.flatMap(({ kind, text: line }) => (kind === drop ? [] : [`${line}\n`])).join('')
        expect([side('added'), side('removed')]).toEqual([before, after])
        expect(lines.filter(({ kind }) => kind === 'same').length).toBeGreaterThanOrEqual(before === after ? before.split('\n').length - 1 : 0)
      }),
      { numRuns: 300 },
    )
  })
  it('shows a middle that is too large as replaced', () => {
    const many = (word: string) => Array.from({ length: 2500 }, (_, n) => `${word} ${n}`).join('\n')
    const lines = lineDiff(`same\n${many('a')}`, `same\n${many('b')}`)
    expect([lines.length, lines[0]?.kind, lines[1]?.kind, lines.at(-1)?.kind]).toEqual([5001, 'same', 'removed', 'added'])
  })
})

describe('foldDiff', () => {
  it('leaves three lines around each change', () => {
    const before = Array.from({ length: 30 }, (_, n) => `line ${n}`)
    const blocks = foldDiff(lineDiff(before.join('\n'), before.with(15, 'changed').join('\n')))
    expect(blocks.map((block) => (block.kind === 'folded' ? block.count : block.lines.length))).toEqual([12, 8, 11])
    expect(foldDiff(lineDiff('a\nb', 'a\nc'))).toHaveLength(1)
    expect(foldDiff(lineDiff('a\nb', 'a\nb'))).toEqual([{ kind: 'folded', count: 2, at: 0 }])
  })
})
