import { describe, expect, test } from 'vitest'
import { serverSentEvents } from '../../../services/cli/http/server-sent-events.ts'
import { isoInstant } from '../../../services/cli/options.ts'
import { paintFor, paintState } from '../../../services/cli/print/paint.ts'
import { table } from '../../../services/cli/print/table.ts'
import { shortDuration, shortTime } from '../../../services/cli/print/time.ts'

test('a table is aligned whatever its colours are, and lets no control characters of others through', () => {
  const rows = [
    { name: 'a', state: 'success', n: 1 },
    { name: 'longer\u001b[2J\nname', state: 'failed', n: 22 },
  ]
  const columns = (colour: boolean) => [
    { heading: 'NAME', of: (row: (typeof rows)[number]) => row.name },
    { heading: 'STATE', of: (row: (typeof rows)[number]) => paintState(paintFor(colour), row.state) },
    { heading: 'N', of: (row: (typeof rows)[number]) => row.n, align: 'right' as const },
  ]
  const plain = ['NAME             STATE     N', 'a                success   1', 'longer [2J name  failed   22']
  expect(table(rows, columns(false)).split('\n')).toEqual(plain)
  const coloured = table(rows, columns(true))
  expect(coloured).toContain('\u001b[32msuccess\u001b[0m')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  expect(coloured.replace(/\u001b\[\d+m/g, '').split('\n')).toEqual(plain)
})

test.each([
  [null, null],
  [0.04, '0.0s'],
  [9.94, '9.9s'],
  [45.4, '45s'],
  [200, '3m 20s'],
  [7500, '2h 05m'],
])('a duration of %s s', (seconds, expected) => {
  expect(shortDuration(seconds)).toBe(expected)
})

test('instants without their fraction', () => {
  expect(shortTime('2026-01-01T00:00:01.250Z')).toBe('2026-01-01T00:00:01Z')
  expect(shortTime('2026-01-01T00:00:01.250000+00:00')).toBe('2026-01-01T00:00:01Z')
  expect(shortTime(null)).toBeNull()
})

describe('dates on the command line', () => {
  test.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T06:00', '2026-01-31T06:00:00.000Z'],
    ['2026-01-31 06:00:30', '2026-01-31T06:00:30.000Z'],
    ['2026-01-31T06:00:00+02:00', '2026-01-31T04:00:00.000Z'],
    ['2026-01-31T06:00:00.5Z', '2026-01-31T06:00:00.500Z'],
  ])('%s', (text, expected) => {
    expect(isoInstant(text)).toBe(expected)
  })

  test.each(['', 'now', '2026-13-01', '31.1.2026', '2026-01-31T25:00'])('%s is refused', (text) => {
    expect(() => isoInstant(text)).toThrow(/ISO date or time/)
  })
})

test('a stream of events, wherever it is cut', async () => {
  const text = ': keep-alive\n\nid: 7\nevent: lines\ndata: {"a":\ndata: "ü"}\n\ndata: plain\r\n\r\nevent: end\ndata: cut off'
  const bytes = new TextEncoder().encode(text)
  for (let size = 1; size < 9; size++) {
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
    }
    const events = []
    for await (const event of serverSentEvents(chunks())) events.push(event)
    expect(events).toEqual([
      { event: 'lines', id: '7', data: '{"a":\n"ü"}' },
      { event: 'message', id: null, data: 'plain' },
    ])
  }
})
