import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logLineText, parseLogLine } from '../../../services/core/log-line.ts'
import { escapePart, logPath } from '../../../services/core/log-path.ts'

const address = {
  dagId: 'etl',
  runId: 'manual__2024-03-01T09:00:00+00:00',
  taskId: 'load.users',
  mapIndex: -1,
  tryNumber: 1,
  logicalDate: Date.parse('2024-03-01T09:00:00Z'),
}

test('a path', () => {
  expect(logPath(address)).toBe('etl/load.users/2024-03-01T09:00:00.000Z/1.log')
  expect(logPath({ ...address, logicalDate: null, mapIndex: 3, tryNumber: 2 })).toBe('etl/load.users/manual__2024-03-01T09:00:00+00:00/map_index=3/2.log')
  expect(logPath({ ...address, logicalDate: null, runId: '2024-03-01T09:00:00.000Z' })).not.toBe(logPath(address))
})

test.each([
  ['..', '%2E.'],
  ['.', '%2E'],
  ['', '%'],
  ['a/b', 'a%2Fb'],
  ['a\\b', 'a%5Cb'],
  ['a\u0000b', 'a%00b'],
  ['.positions.json', '%2Epositions.json'],
  ['ü', '%C3%BC'],
  ['%2e', '%252e'],
  ['~', '%7E'],
])('%j becomes %s', (id, part) => {
  expect(escapePart(id)).toBe(part)
})

test('no id leaves its folder, and no two ids share one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }), (a, b) => {
      const part = escapePart(a)
      expect(part).toMatch(/^[A-Za-z0-9_:+=@%~-][A-Za-z0-9_.:+=@%~-]*$/)
      expect(part.length).toBeLessThanOrEqual(240)
      if (isText(a) && isText(b) && a !== b) expect(escapePart(b)).not.toBe(part)
    }),
  )
  expect(escapePart('x/'.repeat(250))).not.toBe(escapePart(`${'x/'.repeat(249)}y/`))
})

test('a line is written and read back; what would break it in two is escaped', () => {
  const line = { at: 0, stream: 'out', level: 'info', text: 'a - b {x} [y]\r\nsecond' }
  expect(logLineText(line)).toBe('[1970-01-01T00:00:00.000Z] {out} INFO - a - b {x} [y]\\r\\nsecond\n')
  expect(parseLogLine(logLineText(line).slice(0, -1))).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    stream: 'out',
    level: 'info',
    text: 'a - b {x} [y]\\r\\nsecond',
  })
  expect(parseLogLine('edited by hand')).toBeNull()
})

/** Half a surrogate pair is no text: it cannot arrive by JSON, Avro or a URL. */
const isText = (id: string): boolean => Buffer.from(id).toString() === id
