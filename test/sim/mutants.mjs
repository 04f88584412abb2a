/** node test/sim/mutants.mjs [--only <pattern>] [--seeds 2000] [--workers 2]: every mutant has to be found. Prints a table; ends with 1 when one was not. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.mjs'
import { mutants } from './mutants-list.mjs'

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, seeds: { type: 'string', default: '2000' }, workers: { type: 'string', default: '2' } },
})

/** Seeds until the first that goes wrong. */
const hunt = async ({ rule, preset = 'mixed', edits }) => {
  const main = await bundle(`mutant ${rule}`, edits)
  const args = [main, '--json', '--stop', '--preset', preset, '--seeds', values.seeds]
  const child = spawn(process.execPath, ['--enable-source-maps', '--max-semi-space-size=32', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  let found = null
  let seeds = 0
  child.stderr.on('data', (data) => {
    errors += data
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { seed, violations } = JSON.parse(line)
    seeds++
    if (violations.length > 0) found = { seed, kind: violations[0].kind, what: violations[0].what }
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0)
    found ??= {
      seed: seeds + 1,
      kind: 'crash',
      what:
        errors
          .trim()
          .split('\n')
          .find((line) => line.includes('Error')) ?? errors.slice(0, 200),
    }
  return { rule, preset, seeds, found }
}

const queue = mutants.filter(({ rule }) => new RegExp(values.only).test(rule))
const results = []
const one = async () => {
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    const result = await hunt(mutant)
    results.push(result)
    const { rule, preset, seeds, found } = result
    console.log(
      `${rule.padEnd(58)} ${preset.padEnd(7)} ${found ? `seed ${String(found.seed).padEnd(5)} ${found.kind.padEnd(11)} ${found.what.slice(0, 110)}` : `NOT FOUND in ${seeds} seeds`}`,
    )
  }
}
await Promise.all(Array.from({ length: Number(values.workers) }, one))
const missed = results.filter(({ found }) => !found)
console.log(
  `${results.length - missed.length} of ${results.length} mutants found${missed.length > 0 ? `; not found: ${missed.map(({ rule }) => rule).join('; ')}` : ''}`,
)
process.exitCode = missed.length > 0 ? 1 : 0
