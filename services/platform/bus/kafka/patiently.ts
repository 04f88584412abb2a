/** Of calls that kafkajs gives up at once although their trouble passes: a connection that was cut while it was opened, a broker that restarts. */
import { ensureError } from '../../../core/errors.ts'

const pauseMs = 300
const passing = new Set(['KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSRequestTimeoutError', 'KafkaJSGroupCoordinatorNotFound'])

/** A broken connection stands behind it: asked again it may pass. */
export const isCut = (thrown: unknown): boolean => {
  for (let error: unknown = thrown; error instanceof Error; error = error.cause) if (passing.has(error.name)) return true
  return false
}

/** Calls again, at most `tries` times, as long as `passes` says so of what was thrown. */
export const patiently = async <T>(call: () => Promise<T>, tries = 100, passes: (thrown: unknown) => boolean = isCut): Promise<T> => {
  for (let count = 1; ; count++) {
    try {
      return await call()
    } catch (thrown) {
      if (count === tries || !passes(thrown)) throw ensureError(thrown)
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}
