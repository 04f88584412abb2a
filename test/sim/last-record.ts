import type { MemoryBroker } from '../../services/platform/bus/memory/memory-broker.ts'
import type { Incoming } from '../../services/platform/bus/port.ts'

/** What was appended to the partition last: whoever hears of an append (`onAppended`) looks there. */
export const lastRecord = (broker: MemoryBroker, topic: string, partition: number): Incoming | undefined => {
  const log = broker.topic(topic).partitions[partition]
  return log?.read(log.high - 1, 1)[0]
}
