import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { type Static, Type } from '#typebox'
import { type TaskEnvironment, taskEnvironmentOf } from '../holder/task-environment.ts'
import { type Environment, readConfig } from '../platform/config.ts'

/** What the environment says. Durations are milliseconds. */
const Settings = Type.Object({
  slots: Type.Integer({ env: 'MILLRACE_TRIGGERER_SLOTS', default: 10_000, minimum: 1, maximum: 100_000, description: 'triggers at once' }),
  hostname: Type.String({
    env: 'MILLRACE_HOSTNAME',
    default: hostname(),
    pattern: '^[^:\\s]{1,250}$',
    description: "the machine's name, for people and in the triggerer's id",
  }),
  /** Less than the executor's 5 s (PROTOCOL M). */
  leaseMs: Type.Integer({ env: 'MILLRACE_TRIGGERER_LEASE_MS', default: 3500, minimum: 1000, maximum: 3500 }),
  beatMs: Type.Integer({ env: 'MILLRACE_BEAT_MS', default: 1000, minimum: 50, maximum: 1500 }),
  bundleWaitMs: Type.Integer({ env: 'MILLRACE_BUNDLE_WAIT_MS', default: 60_000, minimum: 1, description: "how long a trigger waits for its DAG's code" }),
  maxLogBytes: Type.Integer({
    env: 'MILLRACE_MAX_TRIGGER_LOG_BYTES',
    default: 1_000_000,
    minimum: 1000,
    description: 'of one trigger; the rest is dropped, and said so',
  }),
  blockMs: Type.Integer({
    env: 'MILLRACE_TRIGGER_BLOCK_MS',
    default: 500,
    minimum: 50,
    description: 'a trigger that holds the event loop of the others for so long goes to a thread',
  }),
  filterLimitMs: Type.Integer({
    env: 'MILLRACE_FILTER_LIMIT_MS',
    default: 10_000,
    minimum: 100,
    description: 'how long the filter of a watch may take over some hundred messages; then the message that it is at goes to dead-letters',
  }),
  idleMs: Type.Integer({
    env: 'MILLRACE_CHILD_IDLE_MS',
    default: 60_000,
    minimum: 100,
    description: 'the process for triggers with code ends when it had none for so long',
  }),
  dataDir: Type.String({ env: 'MILLRACE_DATA_DIR', default: '.millrace' }),
  /** Default: `bundles` in the data folder. Workers and triggerers on one machine may share it. */
  bundleDir: Type.Optional(Type.String({ env: 'MILLRACE_BUNDLES_DIR' })),
})

/** Everything a triggerer is told. */
export interface TriggererConfig extends Omit<Static<typeof Settings>, 'bundleDir'>, TaskEnvironment {
  readonly bundleDir: string
  /** Millrace's version, for the heartbeats. */
  readonly release: string
}

/** Reads the environment; throws `bad_config` with the variables' names. */
export const readTriggererConfig = (env: Environment, release = '0.1.0'): TriggererConfig => {
  const settings = readConfig(Settings, env)
  return Object.freeze({ ...settings, bundleDir: resolve(settings.bundleDir ?? join(settings.dataDir, 'bundles')), release, ...taskEnvironmentOf(env) })
}
