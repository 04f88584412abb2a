import { describe, expect, it } from 'vitest'
import { paintFor, prettyLine, timeOfDay } from '../../../services/dev/log-line.ts'

const plain = paintFor({ isTTY: false }, {})
const at = new Date(2026, 0, 2, 3, 4, 5, 6).getTime()

describe('a log line for a person', () => {
  it('shows time, service, message and fields on one line', () => {
    const line = JSON.stringify({ level: 30, time: at, service: 'scheduler', msg: 'columns assigned', columns: [0, 1] })
    expect(prettyLine(line, 'services', at, plain)).toBe('03:04:05.006 scheduler  columns assigned columns=[0,1]')
  })

  it('names the level of what is not usual, and the reason', () => {
    const line = JSON.stringify({ level: 50, time: at, service: 'api', msg: 'it failed', err: { message: 'no route', stack: 'long' } })
    expect(prettyLine(line, 'services', at, plain)).toBe('03:04:05.006 api        error it failed no route')
  })

  it('keeps what is no JSON, under the name of its process', () => {
    expect(prettyLine('Segmentation fault', 'worker', at, plain)).toBe('03:04:05.006 worker     Segmentation fault')
    expect(prettyLine('{ broken', 'worker', at, plain)).toContain('{ broken')
  })

  it('cuts a field that would fill the screen', () => {
    const line = JSON.stringify({ level: 30, time: at, service: 'api', msg: 'm', big: 'x'.repeat(5000) })
    expect(prettyLine(line, 'services', at, plain).length).toBeLessThan(300)
  })

  it('is coloured on a terminal only, and never against NO_COLOR', () => {
    expect(paintFor({ isTTY: true }, {})('red', 'x')).toBe('\u001b[31mx\u001b[0m')
    expect(paintFor({ isTTY: true }, { NO_COLOR: '1' })('red', 'x')).toBe('x')
    expect(paintFor({ isTTY: false }, { FORCE_COLOR: '1' })('red', 'x')).toBe('\u001b[31mx\u001b[0m')
    expect(timeOfDay(at)).toBe('03:04:05.006')
  })
})
