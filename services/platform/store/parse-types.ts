import pg from 'pg'

/** Postgres values as our code has them: bigint (safe to 2^53: offsets, event numbers, counts) as number, timestamptz as Date. */
const int8 = 20

export const parseTypes = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}
