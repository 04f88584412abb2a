/** A connection of kind `kafka` as what a client needs: brokers, TLS, SASL, the schema registry beside it. Pure; both the tasks' client and the watchers' use it. */
import type { Json } from '../../../core/dag.ts'
import { MillraceError } from '../../../core/errors.ts'
import { kinds, shown } from '../../../core/normal-kinds.ts'
import { didYouMean } from '../../../core/normal-names.ts'
import type { Connection } from '../../connections.ts'

/** The connection that names the installation's own brokers, unless somebody sets it to others. */
export const ownKafkaId = 'kafka_default'

export interface KafkaTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
  readonly rejectUnauthorized: boolean
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}

export interface KafkaAccess {
  readonly connectionId: string
  readonly brokers: readonly string[]
  /** Null: no encryption. */
  readonly tls: KafkaTls | null
  readonly sasl: KafkaSasl | null
  /** Base URL of the schema registry (Confluent's API), or null. */
  readonly registryUrl: string | null
  readonly registryLogin: { readonly username: string; readonly password: string } | null
}

/** Names of librdkafka, as Airflow's connections have them. */
const extraNames = [
  ...['bootstrap.servers', 'security.protocol', 'sasl.mechanism', 'sasl.mechanisms', 'sasl.username', 'sasl.password'],
  ...['ssl.ca.pem', 'ssl.certificate.pem', 'ssl.key.pem', 'ssl.key.password', 'enable.ssl.certificate.verification'],
  ...['schema.registry.url', 'schema.registry.basic.auth.user.info'],
]
const protocols = ['plaintext', 'ssl', 'sasl_plaintext', 'sasl_ssl']
const mechanisms: Readonly<Record<string, KafkaSasl['mechanism']>> = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
}

/** What a client of librdkafka is told about its own work (groups, resets, ...) is the operator's business here. */
const foreign = /^(group\.id|auto\.|enable\.auto|client\.id|session\.|max\.poll|socket\.|acks$|linger\.|compression\.)/

/** The connection read; throws `bad_option` that names the field. */
export const kafkaAccess = (connection: Connection): KafkaAccess => {
  const { connectionId, extra } = connection
  const bad = (what: string): MillraceError => new MillraceError('bad_option', `connection '${connectionId}': ${what}`)
  if (connection.type !== 'kafka') throw bad(`is of type '${connection.type}', not kafka: write kafka://host:9092, or JSON with "conn_type": "kafka"`)
  for (const name of Object.keys(extra))
    if (!extraNames.includes(name) && !foreign.test(name)) throw bad(`extra has no field '${name}'${didYouMean(name, extraNames)}`)
  const text = (name: string): string | null => {
    const value = extra[name] ?? null
    if (value === null || kinds.nonEmpty.holds(value)) return value as string | null
    throw bad(`extra '${name}' must be text, not ${shown(value)}`)
  }
  const tls = tlsOf(text, extra['enable.ssl.certificate.verification'], bad)
  const login = text('schema.registry.basic.auth.user.info')
  return Object.freeze({
    connectionId,
    brokers: brokersOf(connection, text('bootstrap.servers'), bad),
    tls: tls.isUsed ? tls.options : null,
    sasl: saslOf(connection, text, bad),
    registryUrl: text('schema.registry.url')?.replace(/\/+$/, '') ?? null,
    registryLogin: login === null ? null : { username: login.split(':', 1)[0] ?? '', password: login.slice(login.indexOf(':') + 1) },
  })
}

/** The installation's own brokers as the text of a connection. */
export const ownKafkaConnection = (brokers: string, registryUrl: string | undefined): string =>
  JSON.stringify({ conn_type: 'kafka', extra: { 'bootstrap.servers': brokers, ...(registryUrl ? { 'schema.registry.url': registryUrl } : {}) } })

type Bad = (what: string) => MillraceError
type ReadText = (name: string) => string | null

const brokersOf = (connection: Connection, servers: string | null, bad: Bad): readonly string[] => {
  const listed = servers === null ? [] : servers.split(',').map((server) => server.trim())
  const brokers = listed.length > 0 ? listed : connection.host === null ? [] : [`${connection.host}:${connection.port ?? 9092}`]
  if (brokers.length === 0) throw bad("names no broker: give a host, or extra 'bootstrap.servers' as host:port,host:port")
  for (const broker of brokers)
    if (!/^(\[[^\]\s]+\]|[^:\s,]+):\d{1,5}$/.test(broker)) throw bad(`'${broker}' is no broker: write host:port, several with commas between`)
  return brokers
}

const protocolOf = (text: ReadText, bad: Bad): string => {
  const protocol = (text('security.protocol') ?? 'plaintext').toLowerCase()
  if (!protocols.includes(protocol)) throw bad(`extra 'security.protocol' must be one of ${protocols.join(', ')}, not '${protocol}'`)
  return protocol
}

const tlsOf = (text: ReadText, verification: Json | undefined, bad: Bad): { readonly isUsed: boolean; readonly options: KafkaTls } => {
  const verify = verification === undefined ? 'true' : String(verification).toLowerCase()
  if (verify !== 'true' && verify !== 'false') throw bad(`extra 'enable.ssl.certificate.verification' must be true or false, not ${shown(verification)}`)
  const ca = text('ssl.ca.pem')
  const cert = text('ssl.certificate.pem')
  const key = text('ssl.key.pem')
  const passphrase = text('ssl.key.password')
  if ((cert === null) !== (key === null)) throw bad("extra 'ssl.certificate.pem' and 'ssl.key.pem' belong together: give both, or none")
  const options = {
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
    ...(passphrase === null ? {} : { passphrase }),
    rejectUnauthorized: verify === 'true',
  }
  return { isUsed: protocolOf(text, bad).endsWith('ssl'), options }
}

const saslOf = (connection: Connection, text: ReadText, bad: Bad): KafkaSasl | null => {
  const username = text('sasl.username') ?? connection.login
  const password = text('sasl.password') ?? connection.password
  const isAsked = protocolOf(text, bad).startsWith('sasl')
  if (!isAsked) {
    if (username !== null) throw bad("has a login, but extra 'security.protocol' says nothing of SASL: write sasl_ssl (or sasl_plaintext)")
    return null
  }
  if (username === null || password === null) throw bad('uses SASL and needs a login and a password')
  const named = (text('sasl.mechanism') ?? text('sasl.mechanisms') ?? 'PLAIN').toUpperCase()
  const mechanism = mechanisms[named]
  if (mechanism === undefined) throw bad(`extra 'sasl.mechanism' must be one of ${Object.keys(mechanisms).join(', ')}, not '${named}'`)
  return { mechanism, username, password }
}
