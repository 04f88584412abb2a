import { type Static, Type } from 'typebox'
import { anyObject, nullableOneOf, oneOf, ref, text } from './common.ts'
import { apiTaskStates } from './states.ts'

/** test/unit/api/states proves that they are core's. */
export const waitKinds = [
  'paused',
  'run_after',
  'run_limit',
  'backfill_paused',
  'backfill_yields',
  'run_queued',
  'run_over',
  'upstream',
  'setup',
  'teardown',
  'map_input',
  'depends_on_past',
  'wait_for_downstream',
  'active_tasks',
  'task_limit',
  'scheduler',
  'executor',
  'no_pool',
  'pool',
  'queue',
  'worker_slots',
  'dispatch',
  'retry_at',
  'poke_at',
  'trigger',
  'restarting',
  'timeout_at',
] as const

export const WaitReason = Type.Object(
  {
    kind: oneOf(waitKinds),
    facts: anyObject('What the reason is made of: instances, limits, instants. Its fields go with `kind`.'),
    sentence: text('The same for people.'),
  },
  { $id: 'WaitReason' },
)
export type WaitReason = Static<typeof WaitReason>

export const WaitReasons = Type.Object(
  {
    state: nullableOneOf(apiTaskStates),
    reasons: Type.Array(ref(WaitReason), { description: 'Empty when it runs or is over. The one that holds first comes first.' }),
  },
  { $id: 'WaitReasons' },
)
export type WaitReasons = Static<typeof WaitReasons>
