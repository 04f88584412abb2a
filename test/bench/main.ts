/**
 * `npm run bench -- <name> [--json] [--runs 5] [--profile]`: chain40, fan1000, runs50x10, dataset, start, idle, or all; backfill and deferred take minutes. Real
 * parts on this machine, broker included, tasks in worker children. A figure is the median after one warm-up; the cold one is reported too.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchBackfill } from './cases/backfill.ts'
import { benchDataset } from './cases/dataset.ts'
import { measureDeferred } from './cases/deferred.ts'
import { measureIdle, sample } from './cases/idle.ts'
import { triggerAndWait, unpauseDag } from './cases/runs.ts'
import { type Installation, openInstallation } from './installation.ts'
import { type Observer, openObserver } from './observer.ts'
import { hops } from './profile.ts'
import { keep, median, type Result } from './results.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
    events: { type: 'string', default: '300' },
    quiet: { type: 'string', default: '120' },
  },
})
const times = Number(values.runs)

/** name -> runs triggered at once, tasks in all. */
const shapes: Record<string, { readonly runs: number; readonly tasks: number }> = {
  chain40: { runs: 1, tasks: 40 },
  fan1000: { runs: 1, tasks: 1002 },
  runs50x10: { runs: 50, tasks: 500 },
}

const say = (text: string): void => {
  if (!values.json) console.log(text)
}

const supervisorOf = async (installation: Installation): Promise<number> =>
  JSON.parse(await readFile(join(installation.dataDir, 'run.json'), 'utf8')).supervisor.pid

/** CPU of each process per task, ms: what a task costs, whatever else the machine does. */
const sayCpu = (before: Awaited<ReturnType<typeof sample>>, after: Awaited<ReturnType<typeof sample>>, tasks: number): void => {
  const byName = new Map<string, number>()
  for (const [pid, { name, cpuTicks }] of after) byName.set(name, (byName.get(name) ?? 0) + cpuTicks - (before.get(pid)?.cpuTicks ?? 0))
  for (const [name, ticks] of [...byName].sort(([, a], [, b]) => b - a))
    if (ticks > 0) say(`  ${name.padEnd(40)} ${((ticks * 10) / tasks).toFixed(3)} ms of CPU a task`)
}

const benchRuns = async (name: string, installation: Installation): Promise<Result> => {
  const shape = shapes[name]
  if (!shape) throw new Error(`unknown bench ${name}`)
  const observer = await openObserver(installation)
  try {
    await unpauseDag(installation, name)
    const cold = await triggerAndWait(installation, observer, name, shape.runs)
    await triggerAndWait(installation, observer, name, shape.runs)
    const roots = new Set([await supervisorOf(installation)])
    const before = await sample(roots)
    const figures = []
    for (let i = 0; i < times; i++) {
      observer.tasks.length = 0
      figures.push(await triggerAndWait(installation, observer, name, shape.runs))
    }
    if (values.profile) sayCpu(before, await sample(roots), shape.tasks * times)
    if (values.profile) say(JSON.stringify(hops(observer.tasks, new Set(observer.tasks.map((event) => event.runId))), null, 2))
    const journalMs = median(figures.map((f) => f.journalMs))
    const projectedMs = median(figures.map((f) => f.projectedMs))
    return {
      bench: name,
      figures: {
        seconds: journalMs / 1000,
        tasksPerSecond: (shape.tasks / journalMs) * 1000,
        projectedSeconds: projectedMs / 1000,
        coldSeconds: cold.journalMs / 1000,
      },
      runs: figures.map((f) => Math.round(f.journalMs)),
    }
  } finally {
    await observer.close()
  }
}

const benchStart = async (installation: Installation): Promise<Result> => {
  const warm: number[] = []
  for (let i = 0; i < times; i++) {
    await installation.down()
    warm.push(await installation.up())
  }
  return { bench: 'start', figures: { warmSeconds: median(warm) / 1000, firstSeconds: installation.startMs / 1000 }, runs: warm.map(Math.round) }
}

const benchIdle = async (installation: Installation): Promise<Result> => {
  say(`waiting ${values.quiet} s for quiet`)
  await new Promise((resolve) => setTimeout(resolve, Number(values.quiet) * 1000))
  const idle = await measureIdle(new Set([await supervisorOf(installation)]), 60)
  for (const process of idle.processes)
    say(`  ${process.name.padEnd(40)} ${process.cpuPercent.toFixed(2).padStart(6)} %  ${process.pssMb.toFixed(0).padStart(5)} MB`)
  return { bench: 'idle', figures: { cpuPercentOfOneCore: idle.cpuPercentOfOneCore, pssMb: idle.pssMb }, runs: [] }
}

const withObserver = async (bench: (observer: Observer) => Promise<Result>): Promise<Result> => {
  const observer = await openObserver(installation)
  try {
    return await bench(observer)
  } finally {
    await observer.close()
  }
}

const runBench = (name: string): Promise<Result> => {
  if (name === 'start') return benchStart(installation)
  if (name === 'idle') return benchIdle(installation)
  if (name === 'dataset') return withObserver((observer) => benchDataset(installation, observer, Number(values.events), say))
  if (name === 'deferred') return measureDeferred(installation, say).then((figures) => ({ bench: name, figures, runs: [] }))
  if (name === 'backfill') return withObserver((observer) => benchBackfill(installation, observer, say))
  return benchRuns(name, installation)
}

const names = positionals.length === 0 || positionals[0] === 'all' ? [...Object.keys(shapes), 'dataset', 'idle', 'start'] : positionals
const installation = await openInstallation({ dags: 'test/bench/dags' })
try {
  for (const name of names) {
    const result = await runBench(name)
    const worse = keep(result)
    if (values.json) console.log(JSON.stringify({ ...result, worse }))
    else {
      say(
        `${name}: ${Object.entries(result.figures)
          .map(([figure, value]) => `${figure} ${value.toFixed(3)}`)
          .join(', ')} (${result.runs.join(', ')})`,
      )
      for (const line of worse) say(`  worse by more than a fifth: ${line}`)
    }
  }
} finally {
  await installation.close()
}
process.exit(0)
