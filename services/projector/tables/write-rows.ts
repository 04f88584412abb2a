import type { Session } from '../../platform/store/session.ts'
import { kinds, type TableSpec } from './table-spec.ts'

type Querying = Pick<Session, 'query'>

/** Upserts rows by one statement: one array for each column. No key may stand twice in `rows`. */
export const upsertRows = async <Row extends object>(session: Querying, spec: TableSpec<Row>, rows: readonly Row[]): Promise<void> => {
  if (rows.length === 0) return
  const names = columnNames(spec)
  await session.query({
    name: `upsert ${spec.table}`,
    text: upsertText(spec),
    values: names.map((name) => rows.map((row) => kinds[spec.columns[name]].toArray(row[name]))),
  })
}

/** The stored rows of these keys, as the projection has them. */
export const readRows = async <Row extends object, Key extends Partial<Row>>(session: Querying, spec: TableSpec<Row>, keys: readonly Key[]): Promise<Row[]> => {
  if (keys.length === 0) return []
  const stored = await session.query<Row>({
    name: `read ${spec.table}`,
    text: readText(spec),
    values: spec.key.map((name) => keys.map((key) => kinds[spec.columns[name]].toArray(key[name]))),
  })
  return stored.map((row) => fromDatabase(spec, row))
}

const columnNames = <Row extends object>(spec: TableSpec<Row>): (keyof Row & string)[] => Object.keys(spec.columns) as (keyof Row & string)[]

const upsertText = <Row extends object>(spec: TableSpec<Row>): string => {
  const names = columnNames(spec)
  const arrays = names.map((name, i) => `$${i + 1}::${kinds[spec.columns[name]].array}`).join(', ')
  const values = names.map((name) => kinds[spec.columns[name]].value(`r.${name}`)).join(', ')
  const changes = names.filter((name) => !spec.key.includes(name)).map((name) => `${name} = excluded.${name}`)
  const guard = spec.newerBy === null ? '' : ` WHERE t.${spec.newerBy} < excluded.${spec.newerBy}`
  return `INSERT INTO projection.${spec.table} AS t (${names.join(', ')}) SELECT ${values} FROM unnest(${arrays}) AS r(${names.join(', ')})
ON CONFLICT (${spec.key.join(', ')}) DO ${changes.length === 0 ? 'NOTHING' : `UPDATE SET ${changes.join(', ')}${guard}`}`
}

const readText = <Row extends object>(spec: TableSpec<Row>): string => {
  const arrays = spec.key.map((name, i) => `$${i + 1}::${kinds[spec.columns[name]].array}`).join(', ')
  const same = spec.key.map((name) => `t.${name} = k.${name}`).join(' AND ')
  return `SELECT ${columnNames(spec)
    .map((name) => `t.${name}`)
    .join(', ')} FROM unnest(${arrays}) AS k(${spec.key.join(', ')}) JOIN projection.${spec.table} t ON ${same}`
}

const fromDatabase = <Row extends object>(spec: TableSpec<Row>, stored: Row): Row => {
  const row = { ...stored } as Record<string, unknown>
  for (const name of columnNames(spec)) {
    const value = row[name]
    if (value instanceof Date) row[name] = value.getTime()
  }
  return row as Row
}
