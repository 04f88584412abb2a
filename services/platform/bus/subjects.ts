import type { RecordName } from '../../../schemas/generated/records.ts'
import { avroSchemas } from '../../../schemas/generated/schemas.ts'
import { type TopicName, type TopicSpec, topics } from '../../../schemas/topics.ts'

export interface Subject {
  /** `<topic>-value` for a topic's first record, `<topic>-<Record>` for the others. */
  readonly name: string
  readonly record: RecordName
  readonly schema: string
  readonly compatibility: TopicSpec['compatibility']
}

/** Every subject of the registry that an installation with this topic prefix uses. */
export const subjectsOf = (prefix: string): readonly Subject[] =>
  (Object.entries(topics) as [TopicName, TopicSpec][]).flatMap(([topic, { values, compatibility }]) =>
    values.map((record, i) => ({ name: `${prefix}${topic}-${i === 0 ? 'value' : record}`, record, schema: avroSchemas[record], compatibility })),
  )
