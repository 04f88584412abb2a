/** schemas/asyncapi.yaml is AsyncAPI 3, and says of each public topic what topics.ts and the Avro schemas say. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { eventFromJson } from '../../../schemas/dataset-event.ts'
import type { RecordName, Records } from '../../../schemas/generated/records.ts'
import { avroSchemas } from '../../../schemas/generated/schemas.ts'
import { maxMessageBytes, type TopicSpec, topics } from '../../../schemas/topics.ts'
import { subjectsOf } from '../../../services/platform/bus/subjects.ts'
import { makeWireCodec } from '../../../services/platform/bus/wire-codec.ts'

interface Message {
  readonly headers?: { readonly $ref: string }
  readonly payload: { readonly schemaFormat?: string; readonly schema?: unknown }
  readonly bindings: { readonly kafka: { readonly key: { readonly description: string; readonly examples: readonly string[] } } }
  readonly examples: readonly { readonly name: string; readonly payload: Record<string, unknown> }[]
  readonly 'x-subject'?: string
}

interface Channel {
  readonly address: string
  readonly messages: Readonly<Record<string, { readonly $ref: string }>>
  readonly bindings: { readonly kafka: { readonly partitions: number; readonly topicConfiguration: Readonly<Record<string, unknown>> } }
  readonly 'x-compatibility': string
  readonly 'x-written-by': readonly string[]
}

const document = parse(readFileSync('schemas/asyncapi.yaml', 'utf8'))
const channels: Readonly<Record<string, Channel>> = document.channels
const messages: Readonly<Record<string, Message>> = document.components.messages
const open = (Object.entries(topics) as [string, TopicSpec][]).filter(([, spec]) => spec.public)

describe('asyncapi.yaml', () => {
  it('is valid by the AsyncAPI 3.0.0 schema, bindings included', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true })
    addFormats.default(ajv)
    const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json')
    // Ajv brings JSON Schema's own schema along.
    const { 'http://json-schema.org/draft-07/schema': _known, ...definitions } = schema.definitions
    const validate = ajv.compile({ ...schema, definitions })
    expect([validate(document), validate.errors?.slice(0, 5) ?? []]).toEqual([true, []])
    expect(validate({ ...document, channels: { dags: { ...channels.dags, bindings: { kafka: { partitions: 'many' } } } } })).toBe(false)
  }, 60_000)

  it('has every public topic and no other, as it is made', () => {
    expect(Object.keys(channels).sort()).toEqual(open.map(([name]) => name).sort())
    for (const [name, spec] of open) {
      const channel = channels[name] as Channel
      const { partitions, topicConfiguration } = channel.bindings.kafka
      expect(channel.address).toBe(`{prefix}${name}`)
      expect(partitions, name).toBe(spec.partitions === 'columns' ? 12 : spec.partitions)
      expect(topicConfiguration, name).toEqual({
        'cleanup.policy': [spec.cleanup === 'compact' ? 'compact' : 'delete'],
        ...(spec.cleanup === 'owner' ? { 'retention.ms': -1 } : spec.retentionMs ? { 'retention.ms': spec.retentionMs } : {}),
        'max.message.bytes': maxMessageBytes,
      })
      expect(channel['x-compatibility'], name).toBe(spec.compatibility)
      expect(channel['x-written-by'].length, name).toBeGreaterThan(0)
      expect(Object.keys(channel.messages), name).toEqual(expect.arrayContaining([...spec.values]))
    }
  })

  it('gives each record the schema and the subject that the registry has', () => {
    const subjects = new Map(subjectsOf('{prefix}').map((subject) => [subject.record, subject.name]))
    for (const record of open.flatMap(([, spec]) => spec.values)) {
      const message = messages[record] as Message
      expect(message.payload.schema, record).toEqual(JSON.parse(avroSchemas[record]))
      expect(message['x-subject'], record).toBe(subjects.get(record))
      expect(message.bindings.kafka.key.examples.length, record).toBeGreaterThan(0)
    }
  })

  it('has examples that can be written and read', () => {
    const codec = makeWireCodec()
    for (const record of open.flatMap(([, spec]) => spec.values)) {
      codec.useId(record, 1)
      for (const { name, payload } of (messages[record] as Message).examples) {
        const value = record === 'DeadLetter' ? { ...payload, value: Buffer.from(String(payload.value)) } : payload
        const again = codec.decode(record, codec.encode(record, value as unknown as Records[RecordName]))
        expect(again, `${record} ${name}`).toEqual(value)
      }
    }
  })

  it('has an example of a dataset event as JSON that is read as one', () => {
    const [example] = (messages.DatasetEventJson as Message).examples
    const event = eventFromJson(JSON.stringify(example?.payload), { uri: '', id: 'its place', at: 7 })
    expect(event).toMatchObject({ uri: 'postgres://warehouse/users', id: 'its place', at: 7, extra: '{"rows":4711}' })
    const { properties } = (messages.DatasetEventJson as Message).payload as { readonly properties: object }
    expect(Object.keys(properties).sort()).toEqual(Object.keys(event).sort())
  })

  it('tells of each channel who sends and who receives, by operations that name its messages', () => {
    const operations: readonly { readonly action: string; readonly channel: { readonly $ref: string } }[] = Object.values(document.operations)
    for (const [name] of open) {
      const actions = operations.filter(({ channel }) => channel.$ref === `#/channels/${name}`).map(({ action }) => action)
      expect(actions.includes('receive'), name).toBe(channels[name]?.['x-written-by'].includes('other systems'))
      expect(actions.length, name).toBeGreaterThan(0)
    }
  })
})
