/** The worker as services/worker/service.ts starts it, on a machine of the simulation: one incarnation after the other. */
import { ensureError } from '../../services/core/errors.ts'
import type { OnFailed, Platform, Service } from '../../services/platform/platform.ts'
import type { BundleCache } from '../../services/worker/bundle-cache.ts'
import type { WorkerConfig } from '../../services/worker/config.ts'
import { type Incarnation, openIncarnation } from '../../services/worker/incarnation.ts'
import type { Machine } from './machine.ts'

/** No task of the workload needs code. */
const noBundles: BundleCache = { file: () => null, wait: () => () => undefined, close: async () => undefined }

const configOf = (hostname: string, slots: number): WorkerConfig => ({
  queues: ['default'],
  slots,
  hostname,
  graceMs: 2000,
  leaseMs: 3500,
  beatMs: 1000,
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
  leaseNowMs: () => number,
  onFailed: OnFailed,
): Promise<Service> => {
  const { reaper, pool } = machine
  const open = (): Promise<Incarnation> =>
    openIncarnation({ platform, config: configOf(hostname, slots), reaper, pool, bundles: noBundles, leaseNowMs, onFailed })
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
