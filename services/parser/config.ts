import { type Static, Type } from '#typebox'

export const ParserConfig = Type.Object({
  dagFolders: Type.Array(Type.String({ minLength: 1 }), {
    env: 'MILLRACE_DAGS',
    separator: ':',
    default: ['dags'],
    minItems: 1,
    description: 'folders with DAG files',
  }),
  name: Type.String({
    env: 'MILLRACE_PARSER',
    default: 'parser',
    pattern: '^[A-Za-z0-9._-]{1,100}$',
    description: 'of several parsers with different folders each needs its own: it takes back only what it published itself',
  }),
  importLimitMs: Type.Integer({
    env: 'MILLRACE_IMPORT_LIMIT_MS',
    default: 30_000,
    minimum: 100,
    maximum: 600_000,
    description: 'how long a DAG file may take to import',
  }),
  importMemoryMb: Type.Integer({
    env: 'MILLRACE_IMPORT_MEMORY_MB',
    default: 256,
    minimum: 64,
    maximum: 16_384,
    description: 'how much memory a DAG file may take to import',
  }),
  parallelism: Type.Integer({
    env: 'MILLRACE_PARSE_PARALLELISM',
    default: 2,
    minimum: 1,
    maximum: 64,
    description: 'how many files are read at the same time',
  }),
  /** Editors write a file in several steps. */
  settleMs: Type.Integer({
    env: 'MILLRACE_PARSE_SETTLE_MS',
    default: 100,
    minimum: 0,
    maximum: 10_000,
    description: 'how long a file must be at rest before it is read',
  }),
})
export type ParserConfig = Readonly<Static<typeof ParserConfig>>
