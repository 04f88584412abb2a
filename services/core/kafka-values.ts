/** How the value of a message of somebody's topic is read: JSON, UTF-8 text, or Avro in a schema registry's wire format. */
export const kafkaValueKinds = ['json', 'text', 'avro'] as const
export type KafkaValueKind = (typeof kafkaValueKinds)[number]
