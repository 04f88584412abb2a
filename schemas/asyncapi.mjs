// schemas/asyncapi.yaml: the public topics for people and tools that are not ours, from what stands elsewhere once: topics.ts, avro/*.avsc and
// asyncapi.words.yaml. Called by generate.mjs.
import { readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { parse, stringify } from 'yaml'

const here = new URL('.', import.meta.url)
const read = (file) => readFileSync(new URL(file, here), 'utf8')

/** Node 20 reads no TypeScript: the types are taken out on the way. */
const loadTopics = async () => {
  const { code } = transformSync(read('topics.ts'), { loader: 'ts', format: 'esm' })
  return import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)
}

const refuse = (why) => {
  throw new Error(`schemas/asyncapi.words.yaml: ${why}`)
}

const jsTypes = { null: 'null', boolean: 'boolean', int: 'number', long: 'number', double: 'number', bytes: 'string', string: 'string' }
const typeOf = (value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

/** The example with the defaults of what it leaves out, or an error that says where it is no such record. */
const whole = (type, value, place) => {
  if (Array.isArray(type))
    return value === null && type.includes('null')
      ? null
      : whole(
          type.find((one) => one !== 'null'),
          value,
          place,
        )
  if (type.type === 'array')
    return typeOf(value) === 'array' ? value.map((item, i) => whole(type.items, item, `${place}[${i}]`)) : refuse(`${place} is no list`)
  if (type.type === 'record') {
    if (typeOf(value) !== 'object') refuse(`${place} is no ${type.name}`)
    const unknown = Object.keys(value).filter((name) => !type.fields.some((field) => field.name === name))
    if (unknown.length > 0) refuse(`${place}: ${type.name} has no field ${unknown.join(', ')}`)
    return Object.fromEntries(
      type.fields.map((field) => {
        const given = value[field.name] ?? field.default
        return given === undefined ? refuse(`${place}.${field.name} is missing`) : [field.name, whole(field.type, given, `${place}.${field.name}`)]
      }),
    )
  }
  return typeOf(value) === jsTypes[type] ? value : refuse(`${place} is ${JSON.stringify(value)}, wanted ${type}`)
}

const cleanupWords = {
  compact: 'The last record of each key is kept (compacted).',
  owner: 'The broker deletes nothing: the scheduler does, behind its checkpoints.',
}
const dayMs = 86_400_000

const channel = (name, spec, words, maxRecordBytes) => ({
  address: `{prefix}${name}`,
  title: words.title,
  description: words.description,
  parameters: { prefix: { $ref: '#/components/parameters/prefix' } },
  messages: Object.fromEntries(Object.keys(words.messages).map((message) => [message, { $ref: `#/components/messages/${message}` }])),
  bindings: {
    kafka: {
      partitions: spec.partitions === 'columns' ? 12 : spec.partitions,
      topicConfiguration: {
        'cleanup.policy': [spec.cleanup === 'compact' ? 'compact' : 'delete'],
        ...(spec.cleanup === 'owner' ? { 'retention.ms': -1 } : spec.retentionMs ? { 'retention.ms': spec.retentionMs } : {}),
        'max.message.bytes': maxRecordBytes,
      },
      bindingVersion: '0.5.0',
    },
  },
  'x-partitions': spec.partitions === 'columns' ? 'MILLRACE_COLUMNS, 12 by default, fixed at creation' : `${spec.partitions}, fixed`,
  'x-retention': cleanupWords[spec.cleanup] ?? `${spec.retentionMs / dayMs} days.`,
  'x-compatibility': spec.compatibility,
  'x-written-by': words.writers,
  'x-read-by': words.readers,
})

const avroFormat = 'application/vnd.apache.avro+json;version=1.9.0'

const message = (name, subject, words, inlined) => ({
  name,
  title: words.title ?? name,
  summary: words.summary ?? inlined.doc,
  contentType: words.contentType ?? 'application/vnd.apache.avro',
  ...(words.headers ? { headers: typeof words.headers === 'string' ? { $ref: `#/components/schemas/${words.headers}Headers` } : words.headers } : {}),
  payload: words.payload ?? { schemaFormat: avroFormat, schema: inlined },
  bindings: {
    kafka: {
      key: { type: 'string', ...words.key },
      ...(words.payload ? {} : { schemaIdLocation: 'payload', schemaIdPayloadEncoding: 'confluent' }),
      bindingVersion: '0.5.0',
    },
  },
  examples: words.examples.map((example) => (words.payload ? example : { ...example, payload: whole(inlined, example.payload, `${name} ${example.name}`) })),
  ...(words.payload ? {} : { 'x-subject': `{prefix}${subject}` }),
})

/** What Millrace does with a channel: `receive` what others write, `send` what others read. */
const operations = (name, words) => {
  const of = (action, verb) => [
    `${verb}-${name}`,
    { action, channel: { $ref: `#/channels/${name}` }, messages: Object.keys(words.messages).map((one) => ({ $ref: `#/channels/${name}/messages/${one}` })) },
  ]
  const isOthers = (who) => who === 'other systems'
  return [
    ...(words.writers.some(isOthers) ? [of('receive', 'take')] : []),
    ...(words.writers.some((who) => !isOthers(who)) && words.readers.some(isOthers) ? [of('send', 'tell')] : []),
  ]
}

/** The text of asyncapi.yaml. `inlined` gives a record's Avro schema with the records it names in their places. */
export const asyncApiText = async (inlined) => {
  const { topics, maxMessageBytes } = await loadTopics()
  const words = parse(read('asyncapi.words.yaml'), { merge: true })
  const open = Object.entries(topics).filter(([, spec]) => spec.public)
  for (const [name] of open) if (!words.topics[name]) refuse(`nothing is said of the public topic ${name}`)
  for (const name of Object.keys(words.topics)) if (!topics[name]?.public) refuse(`${name} is no public topic`)
  const messages = open.flatMap(([name, { values }]) => {
    const said = words.topics[name].messages
    for (const record of values) if (!said[record]) refuse(`nothing is said of ${record} on topic ${name}`)
    return Object.entries(said).map(([record, one]) => {
      const at = values.indexOf(record)
      if (at < 0 && !one.payload) refuse(`${record} is no value of topic ${name}`)
      return [record, message(record, `${name}-${at === 0 ? 'value' : record}`, one, at < 0 ? null : inlined(record))]
    })
  })
  const document = {
    asyncapi: '3.0.0',
    info: { ...words.info, version: JSON.parse(read('../package.json')).version },
    defaultContentType: 'application/vnd.apache.avro',
    servers: words.servers,
    channels: Object.fromEntries(open.map(([name, spec]) => [name, channel(name, spec, words.topics[name], maxMessageBytes)])),
    operations: Object.fromEntries(open.flatMap(([name]) => operations(name, words.topics[name]))),
    components: {
      parameters: { prefix: words.prefix },
      schemas: Object.fromEntries(Object.entries(words.headers).map(([name, schema]) => [`${name}Headers`, schema])),
      messages: Object.fromEntries(messages),
    },
  }
  return `# Generated by schemas/generate.mjs from topics.ts, avro/*.avsc and asyncapi.words.yaml: do not edit.\n${stringify(document, { lineWidth: 160, aliasDuplicateObjects: false })}`
}
