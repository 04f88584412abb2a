import type { Json } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import { kinds } from '../../core/normal-kinds.ts'
import { makeTask } from '../make-task.ts'
import { named } from '../options.ts'
import type { MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'

export interface PostgresOptions extends TaskOptions {
  /** Statements (a template); a list, or several in one text, run in one transaction. */
  readonly sql: string | readonly string[]
  /** Values for `$1`, `$2` ... (templates). Only with a single statement. */
  readonly parameters?: readonly Json[]
  /** Default `postgres_default`. */
  readonly postgresConnId?: string
  /** true: each statement for itself, without a transaction around (VACUUM, CREATE DATABASE). */
  readonly autocommit?: boolean
}

const sqlKind = {
  says: 'SQL as text that is not empty, or a list of such texts',
  holds: (value: unknown) => [value].flat().length > 0 && [value].flat().every((text) => typeof text === 'string' && text.trim() !== ''),
}

/**
 * A task that runs SQL in Postgres. The rows of its last statement are its XCom.
 * @example postgres('create_table', { postgresConnId: 'postgres', sql: 'CREATE TABLE IF NOT EXISTS users (...)' })
 */
export const postgres = <Row = Record<string, Json>>(taskId: string, options: PostgresOptions): MappableTask<readonly Row[]> => {
  const { sql, parameters, postgresConnId, autocommit } = options ?? {}
  if (sql === undefined) throw new MillraceError('bad_option', `${named('task', taskId)}: option 'sql' is missing`)
  return makeTask<readonly Row[]>({
    operator: 'postgres',
    taskId,
    options: { ...options },
    ownOptions: { sql: sqlKind, parameters: { says: 'a list of values', holds: Array.isArray }, postgresConnId: kinds.nonEmpty, autocommit: kinds.flag },
    args: { sql, parameters, postgresConnId, autocommit },
  })
}
