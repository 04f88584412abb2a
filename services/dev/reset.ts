import { rm } from 'node:fs/promises'
import { join } from 'node:path'

/** What a start writes into its data directory; the cache of fetched jars is not among it. */
const contents = ['kafka', 'postgres', 'bundles', 'xcom', 'logs', 'log', 'state.json', 'run.json'] as const

/** Forgets all data of a data directory that nothing runs on. */
export const resetDataDir = async (dataDir: string): Promise<void> => {
  await Promise.all(contents.map((name) => rm(join(dataDir, name), { recursive: true, force: true })))
}
