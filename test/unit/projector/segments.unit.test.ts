import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appending, parseSegments, type Segment, segmentText } from '../../../services/projector/logs/segments.ts'

/** A file of lines with its segments, as log-file.ts keeps them. */
const makeFile = () => {
  const file = { lines: [] as string[], segments: [] as Segment[] }
  const add = (token: string, seq: number, lines: readonly string[]): void => {
    const { known, segment } = appending(file.segments, file.lines.length, token, seq, lines.length)
    if (segment) file.segments.push(segment)
    file.lines.push(...lines.slice(known))
  }
  /** The note was written, of the lines only the first `kept`. */
  const crash = (kept: number): void => {
    file.lines.length = Math.min(file.lines.length, kept)
    file.segments = parseSegments(file.segments.map(segmentText).join(''), file.lines.length)
  }
  return { file, add, crash }
}

test('lines that are there are not written again; lines that overlap only in their new part', () => {
  const { file, add } = makeFile()
  add('t', 0, ['a', 'b'])
  add('t', 0, ['a', 'b'])
  add('t', 1, ['b', 'c'])
  expect(file).toEqual({ lines: ['a', 'b', 'c'], segments: [{ token: 't', seq: 0, base: 0 }] })
})

test('a queueing begins at 0 again; lines of the one before that come late are not lost', () => {
  const { file, add } = makeFile()
  add('t1', 0, ['a', 'b'])
  add('t2', 0, ['x'])
  add('t1', 0, ['a', 'b', 'late'])
  add('t2', 0, ['x', 'y'])
  expect(file.lines).toEqual(['a', 'b', 'x', 'late', 'y'])
})

test('notes with a cut line, or about lines that never came, say nothing', () => {
  expect(parseSegments('0 0 t1\nend\n4 0 t 2\n9 0 t3\n3 0 t', 4)).toEqual([
    { token: 't1', seq: 0, base: 0 },
    { token: 't 2', seq: 0, base: 4 },
  ])
})

test('whatever is sent again after whatever crash, each line of each queueing is there once, in order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.record({ from: fc.nat(11), count: fc.integer({ min: 1, max: 6 }), crash: fc.boolean(), keep: fc.nat(20) }), { maxLength: 12 }),
      (first, steps) => {
        const all = [...Array.from({ length: 6 }, (_, seq) => ({ token: 't1', seq })), ...Array.from({ length: 6 }, (_, seq) => ({ token: 't2', seq }))]
        const { file, add, crash } = makeFile()
        let reached = 0
        const sendFrom = (start: number, count: number): void => {
          for (const { token, seq } of all.slice(start, start + count)) add(token, seq, [`${token}/${seq}`])
          reached = Math.max(reached, start + count)
        }
        sendFrom(0, first)
        for (const { from, count, crash: isCrash, keep } of steps) {
          if (isCrash) {
            crash(keep)
            reached = Math.min(reached, file.lines.length) // positions are saved behind the files, so what was lost comes again
          }
          sendFrom(Math.min(from, reached), count)
        }
        sendFrom(Math.min(reached, file.lines.length), all.length)
        expect(file.lines).toEqual(all.map(({ token, seq }) => `${token}/${seq}`))
      },
    ),
  )
})
