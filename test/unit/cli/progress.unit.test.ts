import { expect, test } from 'vitest'
import { progressLine } from '../../../services/cli/print/progress.ts'
import { progressTo } from '../../../services/cli/print/progress-to.ts'

const none = { total: 10, taken: 0, skipped: 0, queued: 0, running: 0, success: 0, failed: 0 }

test('a bar is never over its end, and an empty backfill is done', () => {
  expect(progressLine({ state: 'running', progress: { ...none, success: 12 } })).toBe('[##############################] 10/10 100%')
  expect(progressLine({ state: 'finished', progress: { ...none, total: 0 } })).toBe('[##############################] 0/0 100% (finished)')
})

const written = (isTTY: boolean, done: readonly number[]): string => {
  let text = ''
  const progress = progressTo({ isTTY, write: (piece) => (text += String(piece)) })
  for (const success of done) progress(progressLine({ state: 'running', progress: { ...none, total: 100, success } }))
  progress(null)
  return text
}

test('on a terminal one line changes; in a log a line is written for each tenth', () => {
  expect(written(true, [0, 1]).split('\r')).toHaveLength(3)
  expect(written(true, [0]).endsWith('\n')).toBe(true)
  expect(written(false, [0, 1, 9, 10, 11, 19, 20, 100]).match(/\d+%/g)).toEqual(['0%', '10%', '20%', '100%'])
  expect(written(true, [])).toBe('')
})
