/** kafkajs for the tasks' own work, with the settings that its traps ask for: no topics made in passing, one request in flight, no lines in stderr. */
import { isIP, connect as openSocket } from 'node:net'
import { connect as openTls } from 'node:tls'
import type { Kafka, RetryOptions } from 'kafkajs'
import { ensureError, MillraceError } from '../../../core/errors.ts'
import type { KafkaAccess } from './kafka-access.ts'

export interface ClientLog {
  debug(text: string): void
  warn(text: string): void
}

/** A task has its retries: about half a minute of an absent broker is borne, then it fails and says so. */
export const patientRetry = { initialRetryTime: 100, maxRetryTime: 5000, retries: 8 } as const satisfies RetryOptions

/** Loaded when it is first used: a warm child that runs other tasks never loads it. */
export const openKafka = async (access: KafkaAccess, clientId: string, log: ClientLog): Promise<Kafka> => {
  const { default: kafkajs } = await import('kafkajs')
  const { tls } = access
  return new kafkajs.Kafka({
    clientId,
    brokers: [...access.brokers],
    ...(tls === null ? {} : { ssl: { ...tls } }),
    ...(access.sasl === null ? {} : { sasl: { ...access.sasl } as never }),
    connectionTimeout: 5000,
    requestTimeout: 30_000,
    retry: patientRetry,
    logLevel: kafkajs.logLevel.WARN,
    logCreator:
      () =>
      ({ level, log: entry }) => {
        const error = entry.error instanceof Error ? entry.error.message : entry.error
        const text = `kafka: ${entry.message}${typeof error === 'string' ? ` (${error})` : ''}`
        if (level <= kafkajs.logLevel.WARN && !everyday.test(text)) log.warn(text)
        else log.debug(text)
      },
    socketFactory: ({ host, port, ssl, onConnect }) => {
      const servername = isIP(host) === 0 ? { servername: host } : {}
      const socket = ssl ? openTls({ host, port, ...servername, ...ssl }, onConnect) : openSocket({ host, port }, onConnect)
      socket.setNoDelay(true)
      socket.setKeepAlive(true, 60_000)
      return socket
    },
  })
}

const everyday = /rebalanc|leadership election|not aware of this member|coordinator|Response (Heartbeat|JoinGroup|SyncGroup|LeaveGroup|OffsetFetch|Fetch)/i

/** What kafkajs threw, in our words: which connection, which brokers, what to do. Errors that are ours already stay. */
export const kafkaError = (access: KafkaAccess, what: string, thrown: unknown): Error => {
  const error = ensureError(thrown)
  if (error instanceof MillraceError) return error
  const { type, name } = rootOf(error) as { type?: string; name: string; message: string }
  const place = `${what}: Kafka at ${access.brokers.join(', ')} (connection '${access.connectionId}')`
  const remedy = remedies[type ?? name]
  if (remedy !== undefined) return new MillraceError('bad_request', `${place}: ${remedy}`, { cause: error })
  if (/Connection|NoBroker|ECONN|ENOTFOUND|EAI_AGAIN/.test(`${name} ${error.message}`) && type === undefined)
    return new MillraceError('broker_unreachable', `${place} is not reached: ${error.message}`, { cause: error })
  return new Error(`${place}: ${error.message}`, { cause: error })
}

const remedies: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'the topic (or its partition) does not exist: make it first, or check its name',
  INVALID_TOPIC_EXCEPTION: 'the name of the topic is not allowed: letters, digits, dots, dashes and underscores, at most 249',
  TOPIC_AUTHORIZATION_FAILED: 'the user may not use this topic: ask for the right (ACL)',
  GROUP_AUTHORIZATION_FAILED: 'the user may not use this consumer group: ask for the right (ACL)',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'the user may not use this transactional id: ask for the right (ACL)',
  MESSAGE_TOO_LARGE: "a message is over the topic's max.message.bytes: send less, or raise it",
  SASL_AUTHENTICATION_FAILED: 'login or password are not accepted',
  KafkaJSSASLAuthenticationError: 'login or password are not accepted',
  INVALID_PRODUCER_EPOCH: 'another attempt took this work over: this one was put out, and what it had not committed does not count',
  PRODUCER_FENCED: 'another attempt took this work over: this one was put out, and what it had not committed does not count',
}

const rootOf = (error: Error): Error => {
  let at: Error = error
  for (let depth = 0; depth < 5; depth++) {
    const { cause, originalError } = at as { cause?: unknown; originalError?: unknown }
    const below = originalError ?? cause
    if (!(below instanceof Error) || below === at) break
    at = below
  }
  return at
}
