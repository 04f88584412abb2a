import { type RawBuilder, sql } from '#kysely'

/** `order_by` of a query as SQL; the names come from our own table, never from the request. Nulls stand last either way. */
export const orderSql = (fields: Readonly<Record<string, string>>, wanted: readonly string[] | undefined, fallback: string): RawBuilder<unknown> => {
  const parts = (wanted ?? []).flatMap((name) => {
    const isDescending = name.startsWith('-')
    const column = Object.hasOwn(fields, isDescending ? name.slice(1) : name) ? fields[isDescending ? name.slice(1) : name] : undefined
    return column === undefined ? [] : `${column} ${isDescending ? 'desc' : 'asc'} nulls last`
  })
  return sql.raw([...parts, fallback].join(', '))
}
