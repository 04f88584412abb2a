import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { type Static, Type } from '#typebox'
import { type TaskEnvironment, taskEnvironmentOf } from '../holder/task-environment.ts'
import { type Environment, readConfig } from '../platform/config.ts'

/** What the environment says. Durations are milliseconds. */
const Settings = Type.Object({
  queues: Type.Array(Type.String({ minLength: 1, maxLength: 250 }), {
    env: 'MILLRACE_QUEUES',
    default: ['default'],
    minItems: 1,
    description: 'queues the worker serves',
  }),
  slots: Type.Integer({ env: 'MILLRACE_SLOTS', default: 16, minimum: 1, maximum: 4096, description: 'attempts at once' }),
  hostname: Type.String({
    env: 'MILLRACE_HOSTNAME',
    default: hostname(),
    pattern: '^[^:\\s]{1,250}$',
    description: "the machine's name, for people and in the worker's id",
  }),
  graceMs: Type.Integer({ env: 'MILLRACE_GRACE_MS', default: 30_000, minimum: 0, description: 'how long running attempts may go on after SIGTERM' }),
  /** Less than the executor's 5 s (PROTOCOL M). */
  leaseMs: Type.Integer({ env: 'MILLRACE_WORKER_LEASE_MS', default: 3500, minimum: 1000, maximum: 3500 }),
  beatMs: Type.Integer({ env: 'MILLRACE_BEAT_MS', default: 1000, minimum: 50, maximum: 1500 }),
  idleMs: Type.Integer({ env: 'MILLRACE_CHILD_IDLE_MS', default: 60_000, minimum: 100, description: 'a warm task process that nobody used for so long ends' }),
  bundleWaitMs: Type.Integer({ env: 'MILLRACE_BUNDLE_WAIT_MS', default: 60_000, minimum: 1, description: "how long an attempt waits for its DAG's code" }),
  maxLogBytes: Type.Integer({
    env: 'MILLRACE_MAX_LOG_BYTES',
    default: 50_000_000,
    minimum: 1000,
    description: 'of one attempt; the rest is dropped, and said so',
  }),
  dataDir: Type.String({ env: 'MILLRACE_DATA_DIR', default: '.millrace' }),
  /** Default: `bundles` in the data folder. Workers on one machine may share it. */
  bundleDir: Type.Optional(Type.String({ env: 'MILLRACE_BUNDLES_DIR' })),
  /** Default: `xcom` in the data folder. All workers need the same. */
  xcomDir: Type.Optional(Type.String({ env: 'MILLRACE_XCOM_DIR' })),
})

/** Everything a worker is told. */
export interface WorkerConfig extends Omit<Static<typeof Settings>, 'bundleDir' | 'xcomDir'>, TaskEnvironment {
  readonly bundleDir: string
  readonly xcomDir: string
  /** Millrace's version, for the heartbeats. */
  readonly release: string
}

/** Reads the environment; throws `bad_config` with the variables' names. */
export const readWorkerConfig = (env: Environment, release = '0.1.0'): WorkerConfig => {
  const settings = readConfig(Settings, env)
  return Object.freeze({
    ...settings,
    bundleDir: resolve(settings.bundleDir ?? join(settings.dataDir, 'bundles')),
    xcomDir: resolve(settings.xcomDir ?? join(settings.dataDir, 'xcom')),
    release,
    ...taskEnvironmentOf(env),
  })
}
