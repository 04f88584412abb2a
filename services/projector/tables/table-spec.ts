/** A table as its projection writes it: column -> kind of value. In our code a row is a plain object with the same keys; instants are ms since the epoch. */
export type ColumnKind = 'text' | 'int' | 'bigint' | 'bool' | 'instant' | 'texts' | 'bytes'

export interface TableSpec<Row extends object> {
  /** Without the schema. */
  readonly table: string
  readonly columns: { readonly [K in keyof Row & string]: ColumnKind }
  readonly key: readonly (keyof Row & string)[]
  /** A row that is there changes only when its value in this column is lower. null: always. */
  readonly newerBy: (keyof Row & string) | null
}

/** How an array of values goes to Postgres, and how one of it becomes the column's. */
export const kinds: Record<ColumnKind, { readonly array: string; readonly value: (name: string) => string; readonly toArray: (value: unknown) => unknown }> = {
  text: { array: 'text[]', value: (name) => name, toArray: (value) => (typeof value === 'string' ? storable(value) : null) },
  int: { array: 'int[]', value: (name) => name, toArray: (value) => value },
  bigint: { array: 'bigint[]', value: (name) => name, toArray: (value) => value },
  bool: { array: 'boolean[]', value: (name) => name, toArray: (value) => value },
  instant: { array: 'double precision[]', value: (name) => `to_timestamp(${name} / 1000)`, toArray: (value) => value },
  // unnest flattens arrays of arrays: a list travels as JSON.
  texts: { array: 'text[]', value: (name) => `ARRAY(SELECT json_array_elements_text(${name}::json))`, toArray: (value) => storable(JSON.stringify(value)) },
  bytes: { array: 'text[]', value: (name) => `decode(${name}, 'base64')`, toArray: (value) => (Buffer.isBuffer(value) ? value.toString('base64') : null) },
}

/** Postgres text holds no NUL; user code may print one. */
const storable = (value: string): string => (value.includes('\u0000') ? value.replaceAll('\u0000', '\ufffd') : value)
