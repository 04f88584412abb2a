import type { KafkaMessage } from 'kafkajs'
import type { Headers, Incoming } from '../port.ts'

/** Messages of kafkajs as the bus hands them out; those before `from` are left out. */
export const incoming = (topic: string, partition: number, messages: readonly KafkaMessage[], from: number): Incoming[] => {
  const records: Incoming[] = []
  for (const message of messages) {
    const offset = Number(message.offset)
    if (offset < from) continue // a compressed batch comes whole
    records.push({
      topic,
      partition,
      offset,
      timestamp: Number(message.timestamp),
      key: message.key?.toString() ?? null,
      value: message.value,
      headers: headersOf(message),
    })
  }
  return records
}

const noHeaders: Headers = Object.freeze({})

const headersOf = ({ headers }: KafkaMessage): Headers => {
  const found: Record<string, string> = {}
  let isEmpty = true
  for (const name in headers) {
    const value = headers[name]
    const last = Array.isArray(value) ? value.at(-1) : value
    if (last === undefined) continue
    found[name] = last.toString()
    isEmpty = false
  }
  return isEmpty ? noHeaders : found
}
