import { isIP, connect as openSocket, type Socket } from 'node:net'
import { type ConnectionOptions, connect as openTls } from 'node:tls'
import type { Kafka as KafkaClient, RetryOptions, SASLOptions } from 'kafkajs'
import type { Logger } from '../../log.ts'
import { Kafka, logLevel } from './kafkajs.ts'
import { quietLog } from './quiet-log.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

export interface KafkaConfig {
  readonly brokers: readonly string[]
  /** Shown in the broker's logs and in group member ids. */
  readonly clientId: string
  readonly log: Logger
  /** Where to connect instead of an address that the cluster advertises (tests put a proxy in between). */
  readonly route?: (address: Address) => Address
  /** After how long an unanswered request is sent again; 30 s unless said. */
  readonly requestTimeoutMs?: number
  /** How patient its requests are; endlessly unless said. */
  readonly retry?: RetryOptions
  /** Null: no encryption. */
  readonly tls?: ConnectionOptions | null
  readonly sasl?: { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string } | null
}

/** Endless, because a broker that is away comes back; services are told of what does not pass by other means. */
export const endlessRetry = {
  initialRetryTime: 50,
  maxRetryTime: 1000,
  factor: 0.2,
  multiplier: 2,
  retries: Number.MAX_SAFE_INTEGER,
} as const satisfies RetryOptions

export interface Client {
  readonly kafka: KafkaClient
  /** Cuts the long polls under way and those to come, so that a consumer can leave at once. */
  cutFetches(): void
  /** From here on what kafkajs says is no news. */
  hush(): void
}

const fetchApiKey = 1

/** One kafkajs instance; each consumer has its own, since sockets and their ends are its alone. */
export const makeClient = (config: KafkaConfig): Client => {
  const route = config.route ?? ((address: Address): Address => address)
  const fetchSockets = new Set<Socket>()
  let closing = false
  let isCut = false
  const kafka = new Kafka({
    clientId: config.clientId,
    brokers: [...config.brokers],
    logLevel: logLevel.WARN,
    logCreator: quietLog(config.log, () => closing),
    connectionTimeout: 3000,
    requestTimeout: config.requestTimeoutMs ?? 30_000,
    retry: config.retry ?? endlessRetry,
    ...(config.tls ? { ssl: config.tls } : {}),
    ...(config.sasl ? { sasl: { ...config.sasl } as SASLOptions } : {}),
    socketFactory: ({ host, port, ssl, onConnect }) => {
      const servername = isIP(host) === 0 ? { servername: host } : {}
      const socket = ssl ? openTls({ ...route({ host, port }), ...servername, ...ssl }, onConnect) : openSocket({ ...route({ host, port }) }, onConnect)
      socket.setNoDelay(true)
      socket.setKeepAlive(true, 60_000)
      whenFetching(socket, () => {
        if (isCut) return cut(socket)
        fetchSockets.add(socket)
        socket.once('close', () => fetchSockets.delete(socket))
      })
      return socket
    },
  })
  return {
    kafka,
    cutFetches: () => {
      isCut = true
      for (const socket of fetchSockets) cut(socket)
    },
    hush: () => {
      closing = true
    },
  }
}

const cut = (socket: Socket): void => {
  socket.destroy(new Error('the subscription closes'))
}

/** kafkajs keeps a connection of its own for fetches: the first request on it tells. */
const whenFetching = (socket: Socket, call: () => void): void => {
  const write = socket.write
  const writeFirst = (data: Buffer, ...rest: never[]): boolean => {
    socket.write = write
    const written = write.call(socket, data, ...rest)
    if (data.readInt16BE(4) === fetchApiKey) call()
    return written
  }
  socket.write = writeFirst as typeof socket.write
}
