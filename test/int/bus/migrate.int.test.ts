import { beforeAll, describe, expect, it } from 'vitest'
import { topics } from '../../../schemas/topics.ts'
import { openKafkaBus } from '../../../services/platform/bus/kafka/open-kafka-bus.ts'
import type { Bus } from '../../../services/platform/bus/port.ts'
import { makeRegistryClient } from '../../../services/platform/bus/registry-client.ts'
import { openRegistryCodec } from '../../../services/platform/bus/registry-codec.ts'
import { type Subject, subjectsOf } from '../../../services/platform/bus/subjects.ts'
import type { CommonConfig } from '../../../services/platform/config-common.ts'
import { makeLog } from '../../../services/platform/log.ts'
import { migrate, migrateSchemas } from '../../../services/platform/migrate.ts'
import { openPlatform } from '../../../services/platform/open-platform.ts'
import { freshTopicPrefix, stackEnv } from '../../support/stack-env.ts'

const log = makeLog('test', 'silent')
const configOf = (topicPrefix: string, columns = 3): CommonConfig => ({
  brokers: stackEnv('KAFKA_BROKERS').split(','),
  registryUrl: stackEnv('SCHEMA_REGISTRY_URL'),
  topicPrefix,
  columns,
  logLevel: 'fatal',
})
const withBus = async <T>(use: (bus: Bus) => Promise<T>): Promise<T> => {
  const bus = await openKafkaBus({ brokers: stackEnv('KAFKA_BROKERS').split(','), clientId: 'test', log })
  try {
    return await use(bus)
  } finally {
    await bus.close()
  }
}

describe('the migration step', () => {
  const config = configOf(freshTopicPrefix())
  beforeAll(() => migrate(config, log))

  it('makes every topic and registers every schema, so that a platform opens on it', async () => {
    const platform = await openPlatform(config, 'test', log)
    try {
      for (const name of Object.keys(topics) as (keyof typeof topics)[]) {
        const { partitions } = topics[name]
        expect((await platform.bus.offsets(platform.topic(name))).partitions.length, name).toBe(partitions === 'columns' ? config.columns : partitions)
      }
      const setting = { kind: 'pool', name: 'default_pool', value: '{"slots":128}', encrypted: false, at: 1, principal: null }
      expect(platform.codec.decode('Setting', platform.codec.encode('Setting', setting))).toEqual(setting)
    } finally {
      await platform.close()
    }
  })

  it('does nothing the second time', async () => {
    await migrate(config, log)
    const registry = makeRegistryClient(config.registryUrl)
    for (const subject of subjectsOf(config.topicPrefix)) expect((await registry.idsOf(subject)).length, subject.name).toBe(1)
  })

  it('refuses a topic with other partitions, naming it, what it has and what is wanted', async () => {
    await expect(migrate({ ...config, columns: 5 }, log)).rejects.toMatchObject({
      code: 'topic_mismatch',
      message: expect.stringContaining(`topic ${config.topicPrefix}journal: it has 3 partitions, wanted are 5`),
    })
  })

  it('refuses a topic that loses records in another way', async () => {
    const other = configOf(freshTopicPrefix())
    await withBus((bus) =>
      bus.ensureTopics([
        { topic: `${other.topicPrefix}dags`, partitions: 1, config: { 'cleanup.policy': 'delete' } },
        { topic: `${other.topicPrefix}reports`, partitions: 3, config: { 'cleanup.policy': 'delete', 'retention.ms': '86400000' } },
      ]),
    )
    const failure = await migrate(other, log).catch((error: Error) => error)
    expect(failure).toMatchObject({ code: 'topic_mismatch' })
    expect((failure as Error).message).toContain(`topic ${other.topicPrefix}dags: its cleanup.policy is delete, wanted is compact`)
    expect((failure as Error).message).toContain(`topic ${other.topicPrefix}reports: its retention.ms is 86400000, wanted is -1`)
  })

  it('accepts an operator’s own settings where nothing hangs on them', async () => {
    const other = configOf(freshTopicPrefix())
    await withBus((bus) =>
      bus.ensureTopics([{ topic: `${other.topicPrefix}task-logs`, partitions: 6, config: { 'cleanup.policy': 'delete', 'retention.ms': '1000' } }]),
    )
    await migrate(other, log)
  })
})

describe('schemas', () => {
  const config = configOf(freshTopicPrefix())
  const registry = makeRegistryClient(config.registryUrl)
  const subjects = subjectsOf(config.topicPrefix)
  const report = subjects.find((s) => s.record === 'Report') as Subject
  const withField = (subject: Subject, field: object): Subject => {
    const schema = JSON.parse(subject.schema)
    return { ...subject, schema: JSON.stringify({ ...schema, fields: [...schema.fields, field] }) }
  }

  it('of a release that cannot read what was written are refused, naming the subject and what the registry says', async () => {
    await migrateSchemas(registry, subjects)
    const breaking = withField(report, { name: 'must', type: 'string' })
    await expect(migrateSchemas(registry, [breaking])).rejects.toMatchObject({
      code: 'incompatible_schema',
      message: expect.stringMatching(new RegExp(`subject ${config.topicPrefix}reports-value \\(BACKWARD_TRANSITIVE\\).*Report.*the registry answers 409`)),
    })
  })

  it('of a public topic may not lose a field either', async () => {
    await migrateSchemas(registry, subjects)
    const command = subjects.find((s) => s.record === 'Command') as Subject
    const schema = JSON.parse(command.schema)
    const lossy = { ...command, schema: JSON.stringify({ ...schema, fields: schema.fields.slice(1) }) }
    await expect(migrateSchemas(registry, [lossy])).rejects.toMatchObject({ code: 'incompatible_schema' })
  })

  it('of a newer release are read after learning them, with the fields that this one knows', async () => {
    await migrateSchemas(registry, subjects)
    const codec = await openRegistryCodec(registry, config.topicPrefix)
    const setting = subjects.find((s) => s.record === 'Setting') as Subject
    const id = await registry.register(withField(setting, { name: 'color', type: 'string', default: 'none' }))
    const value = { kind: 'pool', name: 'p', value: '{}', encrypted: false, at: 7, principal: null }
    const written = codec.encode('Setting', value)
    const newer = Buffer.concat([written, Buffer.from([6]), Buffer.from('red')])
    newer.writeUInt32BE(id, 1)
    expect(() => codec.decode('Setting', newer)).toThrow(expect.objectContaining({ code: 'unknown_schema' }))
    await codec.learn(newer)
    expect(codec.decode('Setting', newer)).toEqual(value)
    // a process that starts now knows both versions at once
    expect((await openRegistryCodec(registry, config.topicPrefix)).decode('Setting', newer)).toEqual(value)
  })

  it('with an id that the registry does not have make a record undecodable', async () => {
    await migrateSchemas(registry, subjects)
    const codec = await openRegistryCodec(registry, config.topicPrefix)
    const alien = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1])
    await codec.learn(alien)
    expect(() => codec.decode('Report', alien)).toThrow(expect.objectContaining({ code: 'undecodable' }))
  })

  it('that were never registered name the migration step', async () => {
    await expect(openRegistryCodec(registry, freshTopicPrefix())).rejects.toMatchObject({
      code: 'unknown_schema',
      message: expect.stringContaining('millrace migrate'),
    })
  })

  it('of a registry that is away say so', async () => {
    const away = makeRegistryClient('http://127.0.0.1:9')
    await expect(migrateSchemas(away, [report])).rejects.toMatchObject({ code: 'registry_unreachable', message: expect.stringContaining('http://127.0.0.1:9') })
    await expect(away.schemaOf(1)).rejects.toMatchObject({ code: 'registry_unreachable' })
    expect(await away.answers(500)).toBe(false)
  })
})
