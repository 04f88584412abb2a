import type { Admin } from 'kafkajs'
import { until } from './until.ts'

/** A topic that its broker knows, too: kafkajs' own waiting breaks off when the broker learns of it a little later. */
export const makeTopic = async (admin: Admin, topic: string, numPartitions = 1): Promise<void> => {
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions }] })
  await until(`topic ${topic} is there`, () =>
    admin.fetchTopicMetadata({ topics: [topic] }).then(
      ({ topics }) => topics[0]?.partitions.length === numPartitions,
      () => false,
    ),
  )
}
