import { type RawBuilder, sql } from '#kysely'

const operators = { gte: '>=', gt: '>', lte: '<=', lt: '<' } as const

/** Conditions for `<field>_gte`, `_gt`, `_lte`, `_lt` of a query. `fields`: name in the query -> column. */
export const rangeConditions = (query: object, fields: Readonly<Record<string, string>>): RawBuilder<boolean>[] => {
  const given = new Map<string, unknown>(Object.entries(query))
  return Object.entries(fields).flatMap(([field, column]) =>
    Object.entries(operators).flatMap(([suffix, operator]) => {
      const value = given.get(`${field}_${suffix}`)
      return value === undefined ? [] : sql<boolean>`${sql.raw(column)} ${sql.raw(operator)} ${value}`
    }),
  )
}
