import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import type { LogLine } from '../../../schemas/generated/records.ts'
import { makeMasker } from '../../../services/holder/mask.ts'
import { makeControlLines } from '../../../services/worker/child/control-lines.ts'
import { cutText, readOutput } from '../../../services/worker/task-output.ts'

const pipes = () => {
  const [out, err] = [new PassThrough(), new PassThrough()]
  const lines: LogLine[] = []
  const ends: string[] = []
  const masker = makeMasker()
  const events = { onLine: (line: LogLine) => lines.push(line), onEnd: (stream: string, seq: number) => ends.push(`${stream} ${seq}`) }
  readOutput(out, 'out', 'n', masker, events)
  readOutput(err, 'err', 'n', masker, events)
  return { out, err, control: makeControlLines('n', out, err), lines, ends, texts: () => lines.map(({ stream, level, text }) => `${stream} ${level} ${text}`) }
}

it('keeps the order of printed and logged lines, with stream and level', async () => {
  const { out, err, control, texts, ends } = pipes()
  out.write('printed\r\n')
  control.log('warning', 'two\nlines')
  out.write('unfinished')
  err.write('bad\n')
  await control.end(7)
  expect(texts().filter((text) => text.startsWith('out'))).toEqual(['out info printed', 'out warning two', 'out warning lines', 'out info unfinished'])
  expect(texts()).toContain('err info bad')
  expect(ends.sort()).toEqual(['err 7', 'out 7'])
})

it('masks on both pipes from the moment a secret is told', async () => {
  const { out, err, control, texts } = pipes()
  control.secret('hunter22')
  out.write('out hunter22\n')
  err.write('err hunter22\n')
  control.log('info', 'log hunter22')
  await control.end(1)
  expect(texts().sort()).toEqual(['err info err ***', 'out info log ***', 'out info out ***'])
})

it('cuts a line at 16 KiB, masks before it cuts, and never shows half a secret', async () => {
  const { out, control, lines } = pipes()
  control.secret('S'.repeat(40))
  out.write(`${'a'.repeat(16_370)}${'S'.repeat(40)}\n`)
  out.write(`${'b'.repeat(20_470)}${'S'.repeat(40)}\n`)
  out.write(`${'é'.repeat(200_000)}\n`)
  control.log('info', 'c'.repeat(50_000))
  await control.end(1)
  expect(lines.map(({ text }) => Buffer.byteLength(text) <= 16_384 && !text.includes('S'))).toEqual([true, true, true, true])
  expect(lines[0]?.text).toBe(`${'a'.repeat(16_370)}***`)
  expect(lines.slice(1).every(({ text }) => text.endsWith('(line cut at 16 KiB)'))).toBe(true)
  expect(lines[2]?.text).not.toContain('\ufffd')
})

it('leaves a text of exactly 16 KiB whole', () => {
  expect(cutText('x'.repeat(16_384), 0)).toHaveLength(16_384)
  expect(cutText('x'.repeat(16_385), 0)).toMatch(/line cut/)
})
