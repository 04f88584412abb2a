/**
 * node test/sim/run.mjs --seeds N [--first F] [--preset mixed|<name of settings.ts>] [--workers W] | --seed S [--trace]
 * Bundles the simulator and runs seeds in W processes (2). Ends with 1 when a seed went wrong; replay it with --seed.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.mjs'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '300' },
    first: { type: 'string', default: '1' },
    preset: { type: 'string', default: 'mixed' },
    workers: { type: 'string', default: '2' },
    trace: { type: 'boolean', default: false },
  },
})
const kinds = ['lost', 'duplicate', 'overlap', 'phantom', 'divergence', 'order']
const main = await bundle('main')
const node = (args, stdio) => spawn(process.execPath, ['--enable-source-maps', '--max-semi-space-size=32', main, '--preset', values.preset, ...args], { stdio })
const ended = (child) => new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)))

if (values.seed !== undefined) {
  process.exitCode = await ended(node(['--seed', values.seed, ...(values.trace ? ['--trace'] : [])], 'inherit'))
} else {
  const begun = performance.now()
  const workers = Math.max(1, Math.min(Number(values.workers), Number(values.seeds)))
  const sum = { seeds: 0, runs: 0, attempts: 0, steps: 0, virtualMs: 0 }
  const faults = {}
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0]))
  const bad = []
  const take = (line) => {
    const outcome = JSON.parse(line)
    sum.seeds++
    sum.runs += outcome.runs
    sum.attempts += outcome.attempts
    sum.steps += outcome.steps
    sum.virtualMs += outcome.tookMs
    for (const [kind, n] of Object.entries(outcome.faults)) faults[kind] = (faults[kind] ?? 0) + n
    for (const { kind } of outcome.violations) counts[kind]++
    const [first] = outcome.violations
    if (!first) return
    bad.push(outcome.seed)
    console.log(`seed ${outcome.seed} at ${first.at} ms: ${first.kind}: ${first.what.slice(0, 600)}`)
  }
  const codes = await Promise.all(
    Array.from({ length: workers }, (_, i) => {
      const mine = Math.floor((Number(values.seeds) - i + workers - 1) / workers)
      const child = node(['--json', '--seeds', `${mine}`, '--first', `${Number(values.first) + i}`, '--step', `${workers}`], ['ignore', 'pipe', 'inherit'])
      createInterface({ input: child.stdout }).on('line', take)
      return ended(child)
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  console.log(
    `${sum.seeds} seeds in ${seconds.toFixed(1)} s (${(sum.virtualMs / 3_600_000).toFixed(1)} virtual hours): ${sum.runs} runs, ${sum.attempts} attempts, ${sum.steps} steps; ` +
      Object.entries(faults)
        .map(([kind, n]) => `${kind} ${n}`)
        .join(', '),
  )
  console.log(kinds.map((kind) => `${kind} ${counts[kind]}`).join(', '))
  if (bad.length > 0) console.log(`went wrong: ${bad.sort((a, b) => a - b).join(' ')}`)
  process.exitCode = bad.length > 0 || codes.some((code) => code !== 0) || sum.seeds !== Number(values.seeds) ? 1 : 0
}
