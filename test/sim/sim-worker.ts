/** The worker as services/worker/service.ts starts it, on a machine of the simulation: one incarnation after the other. */
import { ensureError } from '../../services/core/errors.ts'
import type { AttemptCommand } from '../../services/holder/attempt-table.ts'
import type { BundleCache } from '../../services/holder/bundle-cache.ts'
import { type Incarnation, openIncarnation } from '../../services/holder/incarnation.ts'
import type { OnFailed, Platform, Service } from '../../services/platform/platform.ts'
import { startAttempt } from '../../services/worker/attempt-run.ts'
import type { WorkerConfig } from '../../services/worker/config.ts'
import type { Machine } from './machine.ts'

/** No task of the workload needs code. */
const noBundles: BundleCache = { file: () => null, wait: () => () => undefined, close: async () => undefined }

const configOf = (hostname: string, slots: number, beatMs: number): WorkerConfig => ({
  queues: ['default'],
  slots,
  hostname,
  graceMs: 2000,
  leaseMs: 3500,
  beatMs,
  idleMs: 60_000,
  bundleWaitMs: 60_000,
  maxLogBytes: 1_000_000,
  dataDir: 'none',
  bundleDir: 'none',
  xcomDir: 'none',
  release: 'sim',
  connections: {},
  variables: {},
  taskEnv: {},
})

export const startSimWorker = async (
  platform: Platform,
  machine: Machine,
  hostname: string,
  slots: number,
  beatMs: number,
  leaseNowMs: () => number,
  onFailed: OnFailed,
): Promise<Service> => {
  const { pool } = machine
  const config = configOf(hostname, slots, beatMs)
  const open = (): Promise<Incarnation> =>
    openIncarnation<AttemptCommand>({
      platform,
      config,
      kind: 'worker',
      takes: 'RunAttempt',
      begin: (held) => (command) => startAttempt({ ...held, ...config, platform, pool, bundles: noBundles }, command),
      reaper: machine.openReaper(),
      leaseNowMs,
      onFailed,
    })
  let stopping = false
  let current = await open()
  const lives = async (): Promise<void> => {
    for (;;) {
      await current.over
      if (stopping) return
      current = await open()
      if (stopping) await current.drain()
    }
  }
  const living = lives().catch((thrown: unknown) => onFailed(ensureError(thrown)))
  return {
    name: 'worker',
    async stop() {
      stopping = true
      await current.drain()
      await living
    },
  }
}
