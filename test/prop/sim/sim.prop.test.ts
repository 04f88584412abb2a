/** The short form of the simulator: 300 seeds (10 in `npm run check`), in two processes of their own (test/sim/run.mjs; more by `npm run sim`). */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { mutants } from '../../sim/mutants-list.mjs'

const seeds = process.env.MILLRACE_SIM_SEEDS ?? '300'
const limitMs = 500_000

const run = fileURLToPath(new URL('../../sim/run.mjs', import.meta.url))

interface Answer {
  readonly code: number
  readonly text: string
}

const simulate = (...args: readonly string[]): Promise<Answer> =>
  new Promise((resolve) => {
    execFile(process.execPath, [run, ...args], { maxBuffer: 100_000_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? 1 : 0, text: `${stdout}${stderr}` }),
    )
  })

test(`${seeds} seeds: nothing is lost, done twice, beside itself, made up, told differently or out of order`, { timeout: limitMs }, async () => {
  const { code, text } = await simulate('--seeds', seeds)
  expect(text).toContain('lost 0, duplicate 0, overlap 0, phantom 0, divergence 0, order 0')
  expect(code, text).toBe(0)
})

test('a seed replays to the letter', { timeout: limitMs }, async () => {
  const [first, second] = [await simulate('--seed', '4', '--trace'), await simulate('--seed', '4', '--trace')]
  const story = ({ text }: Answer): string => text.split('\n').slice(0, -3).join('\n')
  expect(story(first).length).toBeGreaterThan(10_000)
  expect(story(first)).toBe(story(second))
})

test('every mutant still finds the code that it changes', () => {
  const astray = mutants.flatMap(({ rule, edits }) =>
    edits.flatMap(({ file, find }) => {
      const times = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8').split(find).length - 1
      return times === 1 ? [] : [`${rule}: ${file} has ${times} times ${find}`]
    }),
  )
  expect(astray).toEqual([])
})
