/** After the faults: waits until every run has ended and Postgres has caught up, or for as long as that may take at most; then reads everything. */
import { divergenceOf, type Evidence } from './counts.ts'
import { type History, readHistory } from './history.ts'
import { readLedger } from './ledger.ts'
import { readProjected } from './projected.ts'
import type { World } from './world.ts'

const drainMs = 120_000
const projectedMs = 30_000

export const collectEvidence = async (world: World, accepted: readonly string[]): Promise<Evidence> => {
  const platform = await world.openPlatform()
  try {
    let history = await readHistory(platform)
    for (const end = Date.now() + drainMs; !isDrained(history, accepted) && Date.now() < end; ) {
      await sleep(1000)
      history = await readHistory(platform)
    }
    let projected = await readProjected(world.databaseUrl)
    for (const end = Date.now() + projectedMs; divergenceOf(history, projected).length > 0 && Date.now() < end; ) {
      await sleep(500)
      history = await readHistory(platform)
      projected = await readProjected(world.databaseUrl)
    }
    return { ledger: readLedger(world.ledgerFile), history, projected, accepted }
  } finally {
    await platform.close()
  }
}

const isDrained = ({ runs }: History, accepted: readonly string[]): boolean =>
  accepted.every((run) => runs.has(run)) && [...runs.values()].every(({ state }) => state === 'success' || state === 'failed')

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
