/** `--seed S [--trace]`, or `--seeds N [--first F]`; `--preset mixed|<name>` (settings.ts). Prints JSON lines for run.mjs with `--json`. */
import { parseArgs } from 'node:util'
import { type Preset, presets } from './settings.ts'
import { countsOf, type Outcome, runSimulation } from './simulation.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '300' },
    first: { type: 'string', default: '1' },
    step: { type: 'string', default: '1' },
    preset: { type: 'string', default: 'mixed' },
    stop: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
// Part of incarnations' names, and so of where their inbox lies: the same on every machine.
Object.defineProperty(process, 'pid', { value: 1 })

const order: readonly Preset[] = [
  ...['normal', 'hot', 'calm', 'zombie', 'normal', 'behind'],
  ...['leaving', 'normal', 'hot', 'copies', 'echoes', 'restarts', 'oblivion', 'duel'],
] as readonly Preset[]
/** The same for a seed wherever it runs. */
const settingsOf = (seed: number) => presets[values.preset === 'mixed' ? (order[seed % order.length] as Preset) : (values.preset as Preset)]

const say = (outcome: Outcome): void => {
  for (const { kind, at, what } of outcome.violations) console.log(`seed ${outcome.seed} @${at} ${kind}: ${what}`)
}

const one = async (seed: number): Promise<Outcome> =>
  runSimulation({ seed, settings: settingsOf(seed), ...(values.trace && { trace: (line: string) => console.log(line) }) })

const main = async (): Promise<void> => {
  const seeds =
    values.seed === undefined ? Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.first) + i * Number(values.step)) : [Number(values.seed)]
  const begun = performance.now()
  const outcomes: Outcome[] = []
  for (const seed of seeds) {
    const outcome = await one(seed)
    outcomes.push(outcome)
    if (values.json) console.log(JSON.stringify(outcome))
    else say(outcome)
    if (values.stop && outcome.violations.length > 0) break
  }
  if (values.json) return
  const sum = (pick: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + pick(outcome), 0)
  const faults: Record<string, number> = {}
  for (const outcome of outcomes) for (const [kind, n] of Object.entries(outcome.faults)) faults[kind] = (faults[kind] ?? 0) + n
  console.log(
    `${outcomes.length} seeds in ${((performance.now() - begun) / 1000).toFixed(1)} s: ${sum((o) => o.runs)} runs, ${sum((o) => o.attempts)} attempts, ${sum((o) => o.steps)} steps, ${JSON.stringify(faults)}`,
  )
  console.log(countsOf(outcomes.flatMap(({ violations }) => violations)))
}

await main()
