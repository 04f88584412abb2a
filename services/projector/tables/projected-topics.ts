import type { TopicName } from '../../../schemas/topics.ts'

/** What the tables are made from: public topics alone (DESIGN invariant 11). */
export const projectedTopics = ['task-events', 'run-events', 'dataset-events', 'dags', 'heartbeats', 'dead-letters'] as const satisfies readonly TopicName[]
export type ProjectedTopic = (typeof projectedTopics)[number]
