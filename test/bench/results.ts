/** Figures beside the last ones: test/bench/results.json keeps each bench's newest result with machine, commit and date. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'

const file = join(process.cwd(), 'test/bench/results.json')

export interface Result {
  readonly bench: string
  readonly figures: Readonly<Record<string, number>>
  readonly runs: readonly number[]
}

type Kept = Result & { readonly machine: string; readonly commit: string; readonly date: string }

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** The value that this share of them does not exceed. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Bigger is better for rates, smaller for everything else. */
const isWorse = (name: string, now: number, before: number): boolean => (name.endsWith('PerSecond') ? now < before * 0.8 : now > before * 1.2)

/** Writes the result and says, in words, which figure is worse than the last one by more than a fifth. */
export const keep = (result: Result): readonly string[] => {
  const all: Record<string, Kept> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const before = all[result.bench]
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const machine = `${cpus().length} cores ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
  all[result.bench] = { ...result, machine, commit, date: new Date().toISOString() }
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`)
  if (!before) return []
  return Object.entries(result.figures).flatMap(([name, now]) => {
    const then = before.figures[name]
    return then !== undefined && isWorse(name, now, then) ? [`${name}: ${now.toFixed(2)}, was ${then.toFixed(2)} at ${before.commit}`] : []
  })
}
