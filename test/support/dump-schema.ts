/** The schemas of a database as SQL-like text, from Postgres' own catalog: the same database always gives the same text. */
import type pg from 'pg'

export const dumpSchema = async (client: pg.Client, schemas: readonly string[]): Promise<string> => {
  const parts: string[] = ['-- Made by test/int/store/schema.int.test.ts from the migrations beside it: do not edit.']
  const { rows: relations } = await client.query<{ schema: string; name: string; kind: string; options: string[] | null; definition: string | null }>(
    `SELECT n.nspname AS schema, c.relname AS name, c.relkind::text AS kind, c.reloptions AS options, CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid, true) END AS definition
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'v') ORDER BY n.nspname, c.relkind, c.relname`,
    [schemas],
  )
  for (const { schema, name, kind, options, definition } of relations) {
    const full = `${schema}.${name}`
    if (kind === 'v') parts.push(`CREATE VIEW ${full} AS\n${definition}`)
    else parts.push([await tableText(client, full, options), ...(await indexTexts(client, full))].join('\n'))
  }
  return `${parts.join('\n\n')}\n`
}

const tableText = async (client: pg.Client, table: string, options: readonly string[] | null): Promise<string> => {
  const { rows: columns } = await client.query<{ text: string }>(
    `SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
  || CASE a.attidentity WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY' ELSE '' END
  || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END AS text
FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [table],
  )
  const { rows: constraints } = await client.query<{ text: string }>(
    `SELECT 'CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conrelid = $1::regclass AND contype <> 'n' ORDER BY conname`,
    [table],
  )
  const lines = [...columns, ...constraints].map(({ text }) => `  ${text}`)
  return `CREATE TABLE ${table} (\n${lines.join(',\n')}\n)${options ? ` WITH (${options.join(', ')})` : ''};`
}

const indexTexts = async (client: pg.Client, table: string): Promise<readonly string[]> => {
  const { rows } = await client.query<{ text: string }>(
    `SELECT pg_get_indexdef(i.indexrelid) || ';' AS text FROM pg_index i WHERE i.indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1`,
    [table],
  )
  return rows.map(({ text }) => text)
}
