import { describe, expect, it } from 'vitest'
import { ansiHtml } from '../../../services/ui/src/pages/task/log/ansi-html.ts'
import { markedPieces, matchingLines, plainLine } from '../../../services/ui/src/pages/task/log/log-pieces.ts'

const esc = '\u001b'

describe('log lines', () => {
  it('are searched without their colours, in any case', () => {
    const lines = [`${esc}[31mFai${esc}[0mled`, 'fine', 'FAILED again'].map((event) => ({ event }))
    expect(matchingLines(lines, 'failed')).toEqual([0, 2])
    expect(matchingLines(lines, '')).toEqual([])
    expect(plainLine(`${esc}]8;;http://x${esc}\\a${esc}[1;31mb`)).toBe('ab')
  })
  it('are cut at the matches, and stay whole when joined', () => {
    expect(markedPieces('one two One', 'one')).toEqual([
      { text: 'one', match: true },
      { text: ' two ', match: false },
      { text: 'One', match: true },
    ])
    for (const [line, query] of [
      ['aaa', 'aa'],
      ['', 'x'],
      ['İstanbul', 'i'],
      ['a.b*c', '.b*'],
    ] as const) {
      expect(
        markedPieces(line, query)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(line)
    }
  })
})

describe('ansiHtml', () => {
  it('escapes markup and writes no style attribute', () => {
    const html = ansiHtml(`<img src=x onerror=alert(1)> ${esc}[1;31mred "quoted"${esc}[0m ${esc}[38;2;1;2;3mrgb`)
    expect(html).not.toContain('<img')
    expect(html).not.toMatch(/<[^>]*style=/)
    expect(html).toContain('class="ansi-red-fg ansi-bold"')
  })
  it('makes links of http only', () => {
    expect(ansiHtml(`${esc}]8;;javascript:alert(1)${esc}\\x${esc}]8;;${esc}\\`)).not.toContain('href')
  })
})
