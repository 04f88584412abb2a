import { type Static, Type } from '#typebox'

/** The part of the configuration that every service has: `readConfig(CommonConfig, process.env)`. */
export const CommonConfig = Type.Object({
  brokers: Type.Array(Type.String({ pattern: '^[^\\s:,]+:\\d+$' }), { env: 'KAFKA_BROKERS', minItems: 1, description: 'Kafka brokers as host:port' }),
  registryUrl: Type.String({
    env: 'SCHEMA_REGISTRY_URL',
    pattern: '^https?://',
    description: 'base URL of the schema registry, for example http://127.0.0.1:8081/apis/ccompat/v7',
  }),
  topicPrefix: Type.String({
    env: 'MILLRACE_TOPIC_PREFIX',
    default: 'millrace.',
    pattern: '^[A-Za-z0-9._-]{1,100}$',
    description: 'stands before each topic name',
  }),
  columns: Type.Integer({
    env: 'MILLRACE_COLUMNS',
    default: 12,
    minimum: 1,
    maximum: 1024,
    description: 'partitions of the column topics; fixed when they are created',
  }),
  logLevel: Type.Union(
    [
      Type.Literal('trace'),
      Type.Literal('debug'),
      Type.Literal('info'),
      Type.Literal('warn'),
      Type.Literal('error'),
      Type.Literal('fatal'),
      Type.Literal('silent'),
    ],
    { env: 'MILLRACE_LOG_LEVEL', default: 'info', description: 'how much is logged' },
  ),
})
export type CommonConfig = Readonly<Static<typeof CommonConfig>>
