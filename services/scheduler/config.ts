import { type Static, Type } from '#typebox'

export const SchedulerConfig = Type.Object({
  group: Type.String({
    env: 'MILLRACE_SCHEDULER_GROUP',
    default: 'scheduler',
    pattern: '^[A-Za-z0-9._-]{1,100}$',
    description: 'consumer group of the schedulers, behind the topic prefix',
  }),
  checkpointEvents: Type.Integer({
    env: 'MILLRACE_CHECKPOINT_EVENTS',
    default: 20_000,
    minimum: 1,
    description: 'events of a column after which its state is written to topic checkpoints',
  }),
  checkpointMs: Type.Integer({
    env: 'MILLRACE_CHECKPOINT_MS',
    default: 60_000,
    minimum: 1,
    description: 'the longest time between checkpoints of a column that changes, in ms',
  }),
})
export type SchedulerConfig = Readonly<Static<typeof SchedulerConfig>>
