import { type Static, Type } from 'typebox'
import { nullableInstant, nullableNumber, nullableText, oneOf, ref, text } from './common.ts'

const partStatus = ['healthy', 'unhealthy'] as const

export const StoppedColumn = Type.Object({ column: Type.Integer(), reason: text('Why, and what to do.') }, { $id: 'StoppedColumn' })

export const Health = Type.Object(
  {
    metadatabase: Type.Object({ status: oneOf(partStatus) }),
    scheduler: Type.Object({
      status: nullableText(),
      latest_scheduler_heartbeat: nullableInstant(),
      columns: Type.Integer({ description: 'Columns that a scheduler owns.' }),
      stopped_columns: Type.Array(ref(StoppedColumn), { description: 'Those of them that stand still until somebody acts.' }),
      clock_off_seconds: nullableNumber("By how much a scheduler's clock is ahead of the broker's (behind: below 0), when that is more than 2 s."),
    }),
    triggerer: Type.Object({
      status: nullableText(),
      latest_triggerer_heartbeat: nullableInstant(),
      alive: Type.Integer({ description: 'Triggerers that beat.' }),
      slots: Type.Integer({ description: 'Triggers that they can hold.' }),
      running: Type.Integer({ description: 'Triggers that they hold.' }),
    }),
    dag_processor: Type.Object({ status: nullableText(), latest_dag_processor_heartbeat: nullableInstant() }),
    executor: Type.Object({ status: nullableText(), latest_executor_heartbeat: nullableInstant() }),
    workers: Type.Object({ alive: Type.Integer(), slots: Type.Integer(), running: Type.Integer() }),
    projection: Type.Object({ status: oneOf(partStatus), lag_seconds: nullableNumber('How far what is shown is behind the newest event; null: not known.') }),
  },
  { $id: 'HealthInfoResponse' },
)
export type Health = Static<typeof Health>

export const Alive = Type.Object(
  { status: oneOf(['ok', 'starting', 'unhealthy']), detail: Type.Optional(text()), health: Type.Optional(ref(Health)) },
  { $id: 'Alive' },
)

export const Version = Type.Object({ version: text(), git_version: nullableText() }, { $id: 'VersionInfo' })
