import type { PostgresSession } from '../hooks/postgres-hook.ts'
import { PostgresHook } from '../hooks/postgres-hook.ts'
import type { OperatorRun } from './operator-run.ts'

export const runPostgres = async ({ args, context }: OperatorRun): Promise<unknown> => {
  const statements = [args.sql].flat() as readonly string[]
  const parameters = Array.isArray(args.parameters) ? args.parameters : undefined
  const hook = new PostgresHook(typeof args.postgresConnId === 'string' ? args.postgresConnId : undefined)
  const runAll = async (session: PostgresSession): Promise<readonly unknown[]> => {
    let rows: readonly unknown[] = []
    for (const sql of statements) {
      context.log.info(`running: ${sql.trim()}`)
      rows = await session.query(sql, parameters)
    }
    return rows
  }
  const rows = await (args.autocommit === true ? runAll(hook) : hook.transaction(runAll))
  context.log.info(rows.length === 0 ? 'done' : `done, ${rows.length} rows`)
  return rows
}
