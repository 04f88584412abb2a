/**
 * What kafkajs 2.2.4 needs before it is used (there is no release since 2023). Importing this module mends its classes once per process.
 *
 * - `RequestQueue`: each connection woke itself every millisecond to look at an empty queue, and ten times a second to look for timed-out
 *   requests. A queue with nothing pending is woken by `push` and by each response, and a time-out of 30 s can be found by looking once a second.
 * - `Connection`: a response that was cut in the middle left its bytes behind for the next connection, which then never understood another
 *   answer; two callers at once opened two sockets, of which one stayed for ever; and a request that was written while the connection ended waited for
 *   its whole time-out, a producer's with everything behind it.
 * - `Cluster`: a connection that was cut while it asked for a group's coordinator crashed the consumer for good.
 * - `Encoder`: each record, header and partition of a request was written into zeroed memory of its own outside the heap, 512 bytes at least. From Buffer's
 *   pool it takes a third of the time for a fetch of 24 partitions, and two thirds for a produce request.
 */
import { createRequire } from 'node:module'
import { patiently } from './patiently.ts'

const require = createRequire(import.meta.url)

interface KafkaErrors {
  readonly KafkaJSConnectionClosedError: new (message: string, broker: { readonly host: string; readonly port: number }) => Error
}
const { KafkaJSConnectionClosedError }: KafkaErrors = require('kafkajs/src/errors')

interface RequestQueue {
  pending: unknown[]
  inflight: Map<number, { sentAt: number; requestTimeout: number; timeoutRequest(): void }>
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  requestTimeoutIntervalId: NodeJS.Timeout
  checkPendingRequests(): void
  rejectAll(error: Error): void
  scheduleCheckPendingRequests(): void
  scheduleRequestTimeoutCheck(): void
  isConnected(): boolean
  destroy(): void
}

interface Connection {
  chunks: Buffer[]
  bytesBuffered: number
  bytesNeeded: number
  connecting?: Promise<boolean>
  readonly host: string
  readonly port: number
  readonly requestQueue: RequestQueue
  isConnected(): boolean
  connect(): Promise<boolean>
  disconnect(): Promise<boolean>
}

interface Cluster {
  findGroupCoordinator(group: { readonly groupId: string }): Promise<unknown>
}

interface Encoder {
  buf: Buffer
  offset: number
  ensureAvailable(length: number): void
}
interface EncoderClass {
  new (initialSize?: number): Encoder
  nextPowerOfTwo(value: number): number
}

const timeoutCheckMs = 1000
const responseSizeBytes = 4

const mendRequestQueue = (queue: RequestQueue): void => {
  queue.scheduleCheckPendingRequests = function () {
    if (this.pending.length === 0 || this.throttleCheckTimeoutId) return
    const waitMs = Math.max(this.throttledUntil - Date.now(), 10)
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null
      this.checkPendingRequests()
    }, waitMs)
  }
  queue.scheduleRequestTimeoutCheck = function () {
    this.destroy()
    this.requestTimeoutIntervalId = setInterval(() => {
      const now = Date.now()
      for (const request of [...this.inflight.values()]) if (now - request.sentAt > request.requestTimeout) request.timeoutRequest()
      if (!this.isConnected()) this.destroy()
    }, timeoutCheckMs)
  }
}

/** Nobody will answer them: the socket that they were written to is gone. */
const rejectOrphans = ({ requestQueue, host, port }: Connection): void => {
  if (requestQueue.inflight.size + requestQueue.pending.length > 0)
    requestQueue.rejectAll(new KafkaJSConnectionClosedError('Closed connection', { host, port }))
}

const mendConnection = (connection: Connection): void => {
  const { connect, disconnect } = connection
  connection.connect = function () {
    if (this.isConnected()) return Promise.resolve(true)
    this.connecting ??= (() => {
      this.chunks = []
      this.bytesBuffered = 0
      this.bytesNeeded = responseSizeBytes
      rejectOrphans(this)
      return connect.call(this).finally(() => {
        delete this.connecting
      })
    })()
    return this.connecting
  }
  connection.disconnect = async function () {
    const done = await disconnect.call(this)
    rejectOrphans(this)
    return done
  }
}

const mendCluster = (cluster: Cluster): void => {
  const find = cluster.findGroupCoordinator
  cluster.findGroupCoordinator = function (group) {
    return patiently(() => find.call(this, group))
  }
}

const smallBytes = 63

/** Its constructor makes the memory, so another one takes its place, for the modules that are loaded from here on. */
const mendEncoder = (path: string): void => {
  const Encoder: EncoderClass = require(path)
  function LeanEncoder(this: Encoder, initialSize = smallBytes): void {
    this.buf = Buffer.allocUnsafe(Encoder.nextPowerOfTwo(initialSize))
    this.offset = 0
  }
  Encoder.prototype.ensureAvailable = function (length: number) {
    if (this.offset + length <= this.buf.length) return
    const larger = Buffer.allocUnsafe(Encoder.nextPowerOfTwo(this.offset + length))
    this.buf.copy(larger, 0, 0, this.offset)
    this.buf = larger
  }
  LeanEncoder.prototype = Encoder.prototype
  ;(require.cache[path] as NodeJS.Module).exports = Object.setPrototypeOf(LeanEncoder, Encoder)
}

mendEncoder(require.resolve('kafkajs/src/protocol/encoder'))
mendRequestQueue(require('kafkajs/src/network/requestQueue').prototype)
mendConnection(require('kafkajs/src/network/connection').prototype)
mendCluster(require('kafkajs/src/cluster').prototype)
