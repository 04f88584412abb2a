import type { TopicName } from '../../schemas/topics.ts'
import type { Codec } from './bus/codec-port.ts'
import type { Bus } from './bus/port.ts'
import type { Clock } from './clock.ts'
import type { Logger } from './log.ts'

/** What every service stands on. `open-platform.ts` opens a real one; test/support/memory-platform.ts one without servers. */
export interface Platform {
  readonly bus: Bus
  readonly codec: Codec
  readonly clock: Clock
  readonly log: Logger
  /** How many columns this installation has. */
  readonly columns: number
  /** Full name of a topic, prefix included. */
  readonly topic: (name: TopicName) => string
  /** A new unique id (uuid v4). */
  readonly newId: () => string
}

/** A running service, as dev and each main.ts hold it. `start<Name>(platform, config, onFailed)` in services/<name>/service.ts makes one. */
export interface Service {
  readonly name: string
  /** Ends in order: stops taking work in, finishes or hands back what is under way, leaves the bus to its owner. */
  stop(): Promise<void>
}

/** Called when a service cannot go on: its process ends, the supervisor starts it again. */
export type OnFailed = (error: Error) => void
