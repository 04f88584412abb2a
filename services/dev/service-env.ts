import { join } from 'node:path'
import type { StackPlan } from './local-stack.ts'
import type { StartOptions } from './options.ts'
import type { State } from './state.ts'

export interface ServiceEnvSources {
  readonly options: Pick<StartOptions, 'dataDir' | 'dagFolders'>
  /** The user's environment: what it sets stays. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly state: Pick<State, 'web'>
  readonly plan: StackPlan
  readonly host: string
  readonly userApiUrl: string
}

/** The environment of every service: the user's own values before ours, addresses and folders of this start before all. */
export const serviceEnv = ({ options, env, state, plan, host, userApiUrl }: ServiceEnvSources): Record<string, string> => {
  const { dataDir } = options
  const defaults: Record<string, string | undefined> = {
    MILLRACE_LOGS_DIR: join(dataDir, 'logs'),
    MILLRACE_XCOM_DIR: join(dataDir, 'xcom'),
    // example 03 sends one task to `high_cpu`
    MILLRACE_QUEUES: 'default,high_cpu',
    MILLRACE_SLOTS: '16',
    MILLRACE_CONN_USER_API: userApiUrl,
    MILLRACE_CONN_POSTGRES: plan.warehouseUrl,
  }
  const kept = Object.entries(defaults).flatMap(([name, value]) => {
    const chosen = env[name] || value
    return chosen === undefined ? [] : [[name, chosen]]
  })
  return {
    ...Object.fromEntries(kept),
    ...plan.env,
    MILLRACE_DATA_DIR: dataDir,
    MILLRACE_DAGS: options.dagFolders.join(':'),
    MILLRACE_HOST: host,
    MILLRACE_PORT: String(state.web),
  }
}
