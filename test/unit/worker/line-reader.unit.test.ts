import { expect, it } from 'vitest'
import { makeLineReader } from '../../../services/worker/line-reader.ts'

const read = (chunks: readonly (string | Buffer)[], maxLineBytes = 100) => {
  const seen: (string | readonly [string, number])[] = []
  const reader = makeLineReader('n0nce', maxLineBytes, {
    onLine: (bytes, cut) => seen.push(cut === 0 ? bytes.toString() : [bytes.toString(), cut]),
    onControl: (rest) => seen.push(`<${rest}>`),
  })
  for (const chunk of chunks) reader.push(Buffer.from(chunk))
  reader.end()
  return seen
}
/** As the child writes it. */
const control = (rest: string): string => `\n\0n0nce ${rest}\n`

it('cuts lines across chunks, and takes an unfinished last one', () => {
  expect(read(['a\nb', 'b', '\n\nc'])).toEqual(['a', 'bb', '', 'c'])
})

it('finds a control line behind unfinished output and leaves no empty line', () => {
  expect(read([`half${control('E 1')}`])).toEqual(['half', '<E 1>'])
  expect(read([`whole\n${control('E 1')}`])).toEqual(['whole', '<E 1>'])
})

it("keeps the task's own empty lines before a control line", () => {
  expect(read([`a\n\n\n${control('E 1')}b\n\n`])).toEqual(['a', '', '', '<E 1>', 'b', ''])
})

it('finds control lines however the pipe cuts them', () => {
  const text = Buffer.from(`ü\n${control('E 12')}z`)
  for (let at = 0; at <= text.length; at++) expect(read([text.subarray(0, at), text.subarray(at)])).toEqual(['ü', '<E 12>', 'z'])
})

it('holds at most one line of the given size, counts the rest, and still finds what follows', () => {
  expect(read(['x'.repeat(60), 'x'.repeat(60), 'x'.repeat(1000), control('E 1')])).toEqual([['x'.repeat(100), 1020], '<E 1>'])
})

it('does not take another nonce for a control line', () => {
  expect(read(['\0other E 1\n'])).toEqual(['\0other E 1'])
})
