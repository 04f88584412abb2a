/**
 * `npm run chaos -- [--minutes 10] [--seed N] [--rate 90] [--json] [--only scheduler,worker] [--keep]`: a whole installation under load while its processes are killed and
 * paused, its broker, database and registry killed, its connections cut. Afterwards ledger, journal and Postgres are held against each other.
 * Ends with code 1 when any of the six counts is not 0.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { columnOf } from '../../services/core/column.ts'
import { buildMillrace } from '../support/millrace.ts'
import { countNames } from './counts.ts'
import { collectEvidence } from './evidence.ts'
import { carryOut } from './faults.ts'
import { startLoad } from './load.ts'
import { drawPlan } from './plan.ts'
import { openProxyBefore } from './proxy.ts'
import { makeRandom } from './random.ts'
import { recoveries } from './recovery.ts'
import { makeReport, printReport } from './report.ts'
import { openWorld, untilTakesWork } from './world.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    rate: { type: 'string', default: '90' },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
const random = makeRandom(Number(values.seed))
const began = Date.now()
const say = (text: string): void => {
  if (!values.json) console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} ${text}`)
}

const dagIds = ['chain', 'fan', 'retry', 'long', 'mixed'].flatMap((shape) => Array.from({ length: 6 }, (_, i) => `chaos_${shape}_${i}`))
const columns = new Set(dagIds.map((dagId) => columnOf(dagId, 12)))
if (columns.size !== 12) throw new Error(`the load leaves ${12 - columns.size} columns without a DAG: recovery of a scheduler would not be seen`)

const probeFolder = mkdtempSync(join(tmpdir(), 'millrace-chaos-probe-'))
const probes = new Map<string, number>()
const touchProbe = (t: number): void => {
  const edition = `edition ${probes.size + 1} of the probe.`
  const text = `import { dag, empty } from 'millrace'\nexport default dag('chaos_probe', { description: '${edition}' }, () => { empty('nothing') })\n`
  writeFileSync(join(probeFolder, 'probe.ts'), text)
  probes.set(edition, t)
}

say(`seed ${values.seed}`)
await buildMillrace()
touchProbe(Date.now())
const proxy = await openProxyBefore()
const world = await openWorld({
  dags: ['test/chaos/dags', probeFolder],
  extra: ['scheduler', 'executor', 'worker', 'worker', 'triggerer'],
  slots: 16,
  env: proxy.env,
  onBroker: proxy.leadTo,
})
let ok = false
try {
  await untilTakesWork(world, dagIds, 3)
  say(`the installation takes work: ${world.dataDir}`)
  const load = startLoad({ url: world.url, dagIds, runsPerMinute: Number(values.rate), random })
  const only = values.only?.split(',')
  const plan = drawPlan(minutes, random).filter(({ target }) => only?.includes(target) ?? true)
  const since = Date.now()
  const done = await carryOut(plan, { world, proxy: proxy.proxy, random, touchProbe, say })
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, since + minutes * 60_000 - Date.now())))
  say('faults are over: draining')
  await load.stop()
  const evidence = await collectEvidence(world, load.accepted)
  say('drained')
  const recovered = recoveries(done, { ...evidence, logFileOf: world.logFileOf, probes })
  const report = makeReport({ seed: Number(values.seed), minutes, done, evidence, recovered, planned: plan.length })
  if (values.json) console.log(JSON.stringify(report, null, 2))
  else printReport(report, console.log)
  ok = countNames.every((name) => report.counts[name] === 0) && report.badEnds === 0
} finally {
  await world.close(ok && !values.keep)
  if ((!ok || values.keep) && !values.json) say(`its ledger and logs are kept in ${world.dataDir}`)
  await proxy.close()
  rmSync(probeFolder, { recursive: true, force: true })
}
process.exit(ok ? 0 : 1)
