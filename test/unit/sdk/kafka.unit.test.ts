import { dag, kafkaConsume, kafkaCopy, kafkaProduce } from 'millrace'
import { describe, expect, it } from 'vitest'
import { normalDag } from '../../../services/core/normal-dag.ts'
import { readDataFile } from '../../../services/parser/data-file.ts'
import { parseConnection, secretsOf } from '../../../services/sdk/connections.ts'
import { kafkaAccess, ownKafkaConnection } from '../../../services/sdk/hooks/kafka/kafka-access.ts'

const access = (text: string) => kafkaAccess(parseConnection('k', text))

describe('a Kafka connection', () => {
  it.each([
    ['kafka://a:9093', { brokers: ['a:9093'], tls: null, sasl: null, registryUrl: null }],
    ['kafka://a', { brokers: ['a:9092'] }],
    [ownKafkaConnection('a:1,b:2', 'http://r:8081/'), { brokers: ['a:1', 'b:2'], registryUrl: 'http://r:8081' }],
    ['kafka://u:p%40@a:9093?security.protocol=SASL_SSL', { tls: { rejectUnauthorized: true }, sasl: { mechanism: 'plain', username: 'u', password: 'p@' } }],
    [
      JSON.stringify({
        conn_type: 'kafka',
        extra: {
          'bootstrap.servers': 'a:1, b:2',
          'security.protocol': 'sasl_ssl',
          'sasl.mechanism': 'SCRAM-SHA-512',
          'sasl.username': 'u',
          'sasl.password': 'p',
          'ssl.ca.pem': 'CA',
          'enable.ssl.certificate.verification': false,
          'group.id': 'of another client',
          'schema.registry.url': 'http://r',
          'schema.registry.basic.auth.user.info': 'me:se:cret',
        },
      }),
      {
        brokers: ['a:1', 'b:2'],
        tls: { ca: 'CA', rejectUnauthorized: false },
        sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
        registryLogin: { username: 'me', password: 'se:cret' },
      },
    ],
  ])('%s', (text, expected) => {
    expect(access(text)).toMatchObject(expected)
  })

  it.each([
    ['postgres://a', "connection 'k': is of type 'postgres', not kafka"],
    ['kafka://', 'names no broker: give a host'],
    ['kafka://a?security.protocol=tls', "extra 'security.protocol' must be one of plaintext, ssl, sasl_plaintext, sasl_ssl, not 'tls'"],
    ['kafka://u:p@a', "has a login, but extra 'security.protocol' says nothing of SASL"],
    ['kafka://a?security.protocol=sasl_ssl', 'uses SASL and needs a login and a password'],
    ['kafka://u:p@a?security.protocol=sasl_ssl&sasl.mechanism=GSSAPI', "must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, not 'GSSAPI'"],
    ['kafka://a?bootstrap.server=b:1', "extra has no field 'bootstrap.server'; did you mean 'bootstrap.servers'?"],
    ['kafka://a?bootstrap.servers=b', "'b' is no broker: write host:port"],
    ['kafka://a?ssl.key.pem=x', 'belong together'],
  ])('%s is refused', (text, message) => {
    expect(() => access(text)).toThrow(message)
  })

  it('has secrets', () => {
    const extra = { 'sasl.password': 'one', 'ssl.key.pem': 'two', 'schema.registry.basic.auth.user.info': 'me:three', 'sasl.username': 'shown' }
    expect(secretsOf(parseConnection('k', JSON.stringify({ conn_type: 'kafka', host: 'a', extra })))).toEqual(['one', 'two', 'me:three'])
  })
})

describe('the operators', () => {
  const tasksOf = (build: () => void) => {
    const normal = normalDag(dag('d', build).spec())
    if (!normal.ok) throw new Error(JSON.stringify(normal.problems))
    return normal.dag.tasks.map(({ operator, args, needsCode, templateFields }) => ({ operator, args, needsCode, templateFields }))
  }

  it('are data where no function is given', () => {
    const tasks = tasksOf(() => {
      kafkaProduce('p', { topic: 't', value: { n: 1 }, key: '{{ ds }}' })
      kafkaProduce('m', { topic: 't', messages: () => [] })
      kafkaConsume('c', { topic: ['a', 'b'], group: 'g', within: '2s' })
      kafkaCopy('y', { fromTopic: 'a', toTopic: 'b', transform: () => null })
    })
    expect(tasks).toEqual([
      {
        operator: 'kafka_produce',
        args: { topic: 't', value: { n: 1 }, key: '{{ ds }}' },
        needsCode: false,
        templateFields: ['kafkaConnId', 'topic', 'key', 'value', 'headers', 'messages'],
      },
      expect.objectContaining({ args: { topic: 't' }, needsCode: true }),
      {
        operator: 'kafka_consume',
        args: { topic: ['a', 'b'], group: 'g', withinMs: 2000 },
        needsCode: false,
        templateFields: ['kafkaConnId', 'topic', 'group'],
      },
      expect.objectContaining({ args: { fromTopic: 'a', toTopic: 'b' }, needsCode: true }),
    ])
  })

  it.each([
    [() => kafkaProduce('p', { value: 1 } as never), "task 'p': option 'topic' is missing"],
    [() => kafkaProduce('p', { topic: 't', value: 1, messages: [] }), "options 'value' (one message) and 'messages' (several) exclude each other"],
    [() => kafkaProduce('p', { topic: 't', messages: [], key: 'k' }), "with 'messages' each message has its own key and headers"],
    [() => kafkaConsume('c', { topic: 't' } as never), "task 'c': option 'group' is missing"],
    [() => kafkaConsume('c', { topic: 't', group: 'g', value: 'xml' as never }), "option 'value' must be one of json, text, avro"],
    [() => kafkaCopy('y', { fromTopic: 't', toTopic: 'u', maxMessages: 0 }), "option 'maxMessages' must be a whole number of 1 or more"],
  ])('are refused at their line: %#', (build, message) => {
    expect(() => dag('d', () => void build())).toThrow(message)
  })

  it('may stand in a YAML file', () => {
    const file = readDataFile(
      'dagId: d\ntasks:\n  - taskId: p\n    operator: kafka_produce\n    args: { topic: t, value: { day: "{{ ds }}" } }\n  - taskId: c\n    operator: kafka_consume\n    args: { topic: t }\n',
    )
    expect(file?.faults).toMatchObject([{ message: "dag 'd': tasks.c.args.group: is missing: operator 'kafka_consume' needs it", line: 8 }])
  })
})
