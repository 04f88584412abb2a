import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { KafkaConfig } from './bus/kafka/client.ts'
import { brokerAnswers, openKafkaBus } from './bus/kafka/open-kafka-bus.ts'
import { makeRegistryClient } from './bus/registry-client.ts'
import { openRegistryCodec } from './bus/registry-codec.ts'
import { systemClock } from './clock.ts'
import type { CommonConfig } from './config-common.ts'
import { type Logger, makeLog } from './log.ts'
import type { Platform } from './platform.ts'
import { untilReachable } from './until-reachable.ts'

export interface OpenPlatform extends Platform {
  /** Sends what is queued and disconnects; after the services are stopped. */
  close(): Promise<void>
}

const answerMs = 2000
const pauseMs = 300
const sayMs = 3000

/** Opens the bus and the codec for a service (or for several in one process). Waits for a broker and a registry that are not up yet, and says so. */
export const openPlatform = async (config: CommonConfig, serviceName: string, log: Logger = makeLog(serviceName, config.logLevel)): Promise<OpenPlatform> => {
  const kafka: KafkaConfig = { brokers: config.brokers, clientId: `millrace-${serviceName}-${hostname()}-${process.pid}`, log }
  const registry = makeRegistryClient(config.registryUrl)
  await Promise.all([
    untilAnswered(`Kafka at ${config.brokers.join(', ')} (KAFKA_BROKERS)`, () => brokerAnswers(kafka, answerMs), log),
    untilAnswered(`the schema registry at ${config.registryUrl} (SCHEMA_REGISTRY_URL)`, () => registry.answers(answerMs), log),
  ])
  const [bus, codec] = await Promise.all([openKafkaBus(kafka), untilReachable(() => openRegistryCodec(registry, config.topicPrefix), log)])
  return {
    bus,
    codec,
    clock: systemClock,
    log,
    columns: config.columns,
    topic: (name) => `${config.topicPrefix}${name}`,
    newId: randomUUID,
    close: () => bus.close(),
  }
}

/** Asks until the answer is yes, with a line in the log every few seconds. */
export const untilAnswered = async (what: string, answers: () => Promise<boolean>, log: Logger): Promise<void> => {
  const since = Date.now()
  let saidAt = since - sayMs + 1000 // the first second is no news
  while (!(await answers())) {
    const now = Date.now()
    if (now - saidAt >= sayMs) {
      saidAt = now
      log.warn(`waiting for ${what}: no answer for ${Math.round((now - since) / 1000)} s`)
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
