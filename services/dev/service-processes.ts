import { join } from 'node:path'
import { builtEntry } from './repo-root.ts'
import type { SupervisedSpec } from './supervised.ts'

/** Processes by when they start. */
export interface ServiceProcesses {
  /** Beside the servers: they load, and say "starting", meanwhile. */
  readonly early: readonly SupervisedSpec[]
  /** To its end, once the servers are up. */
  readonly migration: SupervisedSpec | undefined
  /** Once the servers are up and migrated. */
  readonly late: readonly SupervisedSpec[]
}

const separate = ['parser', 'scheduler', 'executor', 'projector', 'api'] as const

/** All services in one process, or each in its own; worker and triggerer, which run other people's code, always in their own. */
export const serviceProcesses = (isSeparate: boolean, env: Readonly<Record<string, string>>, logDir: string): ServiceProcesses => {
  const spec = (name: string, entry: string, tellsReady: boolean): SupervisedSpec => ({ name, entry, env, logFile: join(logDir, `${name}.log`), tellsReady })
  const service = (name: string) => spec(name, builtEntry(name, 'main.js'), false)
  if (isSeparate)
    return { early: [], migration: spec('migrate', builtEntry('dev', 'migrate-process.js'), false), late: [...separate, 'triggerer', 'worker'].map(service) }
  return { early: [spec('services', builtEntry('dev', 'services-process.js'), true)], migration: undefined, late: [service('triggerer'), service('worker')] }
}
