/** What processes with user code may see of our environment, and what they have to ask for. */
import type { Environment } from '../platform/config.ts'
import { ownKafkaConnection, ownKafkaId } from '../sdk/hooks/kafka/kafka-access.ts'

export interface TaskEnvironment {
  /** `MILLRACE_CONN_<ID>`, by what follows the prefix. */
  readonly connections: Readonly<Record<string, string>>
  /** `MILLRACE_VAR_<KEY>`. */
  readonly variables: Readonly<Record<string, string>>
  /** Environment of their processes: ours without connections, variables and our own database. */
  readonly taskEnv: Readonly<Record<string, string>>
}

/** The brokers that Millrace runs on are a connection that nobody has to set. */
const ownKafka = ({ KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: registryUrl }: Environment): Record<string, string> =>
  brokers ? { [ownKafkaId.toUpperCase()]: ownKafkaConnection(brokers, registryUrl) } : {}

const connectionPrefix = 'MILLRACE_CONN_'
const variablePrefix = 'MILLRACE_VAR_'

export const taskEnvironmentOf = (env: Environment): TaskEnvironment => ({
  connections: { ...ownKafka(env), ...withPrefix(env, connectionPrefix) },
  variables: withPrefix(env, variablePrefix),
  taskEnv: visible(env),
})

const withPrefix = (env: Environment, prefix: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (name.startsWith(prefix) && value !== undefined ? [[name.slice(prefix.length), value]] : [])),
  )

/** Node's own would change what task processes do; the others only `connection()` and `variable()` hand out, masked from then on. */
const hidden = new Set(['DATABASE_URL', 'NODE_OPTIONS', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE'])

const visible = (env: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      hidden.has(name) || name.startsWith(connectionPrefix) || name.startsWith(variablePrefix) || value === undefined ? [] : [[name, value]],
    ),
  )
