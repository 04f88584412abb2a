/** The broker's name for what went wrong (`UNKNOWN_TOPIC_OR_PARTITION`), under whatever kafkajs wrapped around it; empty: the broker did not say. */
export const errorType = (thrown: unknown): string => {
  const { type, cause } = thrown as { type?: string; cause?: unknown }
  return type ?? (cause === undefined || cause === thrown ? '' : errorType(cause))
}
