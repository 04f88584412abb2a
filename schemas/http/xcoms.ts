import { type Static, Type } from 'typebox'
import { instant, namePattern, nullableInstant, pageQuery, ref, text } from './common.ts'

const xcomFields = {
  key: text(),
  timestamp: instant(),
  logical_date: nullableInstant(),
  map_index: Type.Integer(),
  task_id: text(),
  dag_id: text(),
  run_id: text(),
  dag_display_name: text(),
  task_display_name: text(),
}

export const XComEntry = Type.Object(xcomFields, { $id: 'XComResponse' })

export const XComCollection = Type.Object({ xcom_entries: Type.Array(ref(XComEntry)), total_entries: Type.Integer() }, { $id: 'XComCollectionResponse' })

export const XComWithValue = Type.Object(
  {
    ...xcomFields,
    value: Type.Any({ description: 'The JSON value; `{"$xcom": reference}` where it lies in the XCom store. With `stringify=true` its JSON text.' }),
  },
  { $id: 'XComResponseNative' },
)
export type XComWithValue = Static<typeof XComWithValue>

export const XComsQuery = Type.Object({
  ...pageQuery,
  map_index: Type.Optional(Type.Integer({ minimum: -1 })),
  xcom_key: Type.Optional(Type.String()),
  xcom_key_pattern: namePattern('the key'),
})

export const XComQuery = Type.Object({
  map_index: Type.Optional(Type.Integer({ minimum: -1, default: -1 })),
  stringify: Type.Optional(Type.Boolean({ default: false })),
})
