import { type Static, Type } from '#typebox'

export const ExecutorConfig = Type.Object({
  /** `kafka`: workers anywhere; `local`: the same with workers that `millrace start` runs beside it; `sequential`: one attempt at a time. */
  kind: Type.Union([Type.Literal('kafka'), Type.Literal('local'), Type.Literal('sequential')], {
    default: 'kafka',
    env: 'MILLRACE_EXECUTOR',
    description: 'kind of executor',
  }),
  /** Consumer group of the candidates; the topic prefix stands before it. */
  group: Type.String({ default: 'executor', env: 'MILLRACE_EXECUTOR_GROUP', minLength: 1 }),
  /** More than the workers' own lease (PROTOCOL M). */
  leaseMs: Type.Integer({
    default: 5000,
    minimum: 100,
    env: 'MILLRACE_EXECUTOR_LEASE_MS',
    description: 'a worker that is silent for so long is lost; workers end themselves after 3.5 s',
  }),
  /** What a worker or the scheduler did not take up is said again after so long. */
  resendMs: Type.Integer({ default: 3000, minimum: 50, env: 'MILLRACE_EXECUTOR_RESEND_MS' }),
  /** A deposed leader claims again no sooner: longer than the group's heartbeat interval. */
  restMs: Type.Integer({ default: 1000, minimum: 10, env: 'MILLRACE_EXECUTOR_REST_MS' }),
  /** Leases and resends are looked at so often. */
  tickMs: Type.Integer({ default: 250, minimum: 10, env: 'MILLRACE_EXECUTOR_TICK_MS' }),
})
export type ExecutorConfig = Static<typeof ExecutorConfig>
