// A program that knows nothing of Millrace but its topic: node tell-dataset.mjs BROKERS TOPIC URI COUNT PER_SECOND. Tells, at an even pace, that a dataset
// was updated; each event says in its extra when it was sent.
import { Kafka, logLevel, Partitioners } from 'kafkajs'

const [brokers = '', topic = '', uri = '', count = '1', perSecond = '1'] = process.argv.slice(2)
const kafka = new Kafka({ brokers: brokers.split(','), clientId: 'outside', logLevel: logLevel.ERROR })
const producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner: Partitioners.DefaultPartitioner })
await producer.connect()
const begun = performance.now()
const acks = []
for (let i = 0; i < Number(count); i++) {
  const due = begun + (i * 1000) / Number(perSecond)
  await new Promise((resolve) => setTimeout(resolve, due - performance.now()))
  const value = JSON.stringify({ uri, id: `${process.pid}-${i}`, extra: { i, sentAt: performance.timeOrigin + performance.now() } })
  acks.push(producer.send({ topic, acks: -1, messages: [{ key: uri, value, headers: { 'content-type': 'application/json' } }] }))
}
await Promise.all(acks)
await producer.disconnect()
