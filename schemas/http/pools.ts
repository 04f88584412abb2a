import { type Static, Type } from 'typebox'
import { namePattern, nullableText, orderBy, pageQuery, ref, text } from './common.ts'

export const poolNamePattern = '^[^/\\u0000-\\u001f]+$'
const slots = Type.Integer({ minimum: -1, maximum: 1_000_000, description: '-1: no limit.' })

export const Pool = Type.Object(
  {
    name: text(),
    slots,
    description: nullableText(),
    include_deferred: Type.Boolean({ description: 'Whether deferred tasks keep their slots.' }),
    occupied_slots: Type.Integer({ description: 'Running and queued ones.' }),
    running_slots: Type.Integer(),
    queued_slots: Type.Integer(),
    scheduled_slots: Type.Integer(),
    deferred_slots: Type.Integer(),
    open_slots: Type.Integer({ description: '-1: no limit.' }),
  },
  { $id: 'PoolResponse' },
)
export type Pool = Static<typeof Pool>

export const PoolCollection = Type.Object({ pools: Type.Array(ref(Pool)), total_entries: Type.Integer() }, { $id: 'PoolCollectionResponse' })

const changeable = {
  description: Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 1000 })),
  include_deferred: Type.Optional(Type.Boolean()),
}

export const PoolPost = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 256, pattern: poolNamePattern }), slots, ...changeable },
  { $id: 'PoolBody', additionalProperties: false },
)
export type PoolPost = Static<typeof PoolPost>

export const PoolPatch = Type.Object(
  { name: Type.Optional(Type.String({ description: 'As in the path: a pool keeps its name.' })), slots: Type.Optional(slots), ...changeable },
  { $id: 'PoolPatchBody', additionalProperties: false },
)
export type PoolPatch = Static<typeof PoolPatch>

export const PoolsQuery = Type.Object({ ...pageQuery, order_by: orderBy(['id', 'name']), pool_name_pattern: namePattern('the name') })
export type PoolsQuery = Static<typeof PoolsQuery>
