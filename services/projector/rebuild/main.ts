/** `millrace db rebuild`: the tables anew from the topics, while everything runs. */
import { parseArgs } from 'node:util'
import { ensureError } from '../../core/errors.ts'
import { readConfig } from '../../platform/config.ts'
import { CommonConfig } from '../../platform/config-common.ts'
import { makeLog } from '../../platform/log.ts'
import { openPlatform } from '../../platform/open-platform.ts'
import { migrateStore } from '../../platform/store/migrate-store.ts'
import { ProjectorConfig } from '../config.ts'
import { type Progress, rebuild } from './rebuild.ts'

const usage = `millrace db rebuild

Makes the tables behind the page anew from the topics, beside the old ones, and swaps the two when the new ones have caught up. Everything may run
meanwhile. Runs that are older than the topics keep (90 days) are not in the new tables.`

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const width = 30

/** A bar that is drawn again on a terminal; elsewhere a line for each tenth. */
const makeBar = (): ((progress: Progress) => void) => {
  let told = -1
  return ({ done, total }) => {
    const share = total === 0 ? 1 : done / total
    const step = Math.floor(share * (process.stdout.isTTY ? 100 : 10))
    if (step === told) return
    told = step
    const filled = Math.round(share * width)
    const text = `${'#'.repeat(filled)}${'.'.repeat(width - filled)} ${String(Math.floor(share * 100)).padStart(3)} %  ${done} of ${total} records`
    if (process.stdout.isTTY) process.stdout.write(`\r${text}`)
    else say(text)
  }
}

const run = async (): Promise<void> => {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } })
  if (values.help) return say(usage)
  const config = readConfig(CommonConfig, process.env)
  const projector = readConfig(ProjectorConfig, process.env)
  const log = makeLog('rebuild', 'error')
  await migrateStore(projector.databaseUrl, log)
  const platform = await openPlatform(config, 'rebuild', log)
  const begun = performance.now()
  const { done } = await rebuild(platform, projector.databaseUrl, makeBar(), projector)
  if (process.stdout.isTTY) say('')
  say(`rebuilt from ${done} records in ${((performance.now() - begun) / 1000).toFixed(1)} s`)
  await platform.close()
}

run().then(
  () => process.exit(0),
  (thrown: unknown) => {
    const error = ensureError(thrown)
    process.stderr.write(`${process.stdout.isTTY ? '\n' : ''}millrace: ${error.message}\n`)
    process.exit((error as { code?: unknown }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? 2 : 1)
  },
)
