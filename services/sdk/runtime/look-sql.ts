import { PostgresHook } from '../hooks/postgres-hook.ts'
import type { Look } from './look.ts'

/** Connections at once to one database, however many sensors look at it. */
const atOnce = 10

const gates = new Map<string, { free: number; readonly waiting: (() => void)[] }>()

const inTurn = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  const gate = gates.get(name) ?? { free: atOnce, waiting: [] }
  gates.set(name, gate)
  if (gate.free > 0) gate.free--
  else await new Promise<void>((resolve) => gate.waiting.push(resolve))
  try {
    return await work()
  } finally {
    const next = gate.waiting.shift()
    if (next) next()
    else gate.free++
  }
}

/** As in Airflow: it holds when the first column of the first row is there and not 0, '0', '' or false. */
export const lookSql: Look = async ({ args, code, context }) => {
  const id = typeof args.postgresConnId === 'string' ? args.postgresConnId : 'postgres_default'
  const parameters = Array.isArray(args.parameters) ? args.parameters : undefined
  const [row] = await inTurn(id, () => new PostgresHook(id).query<Record<string, unknown>>(String(args.sql), parameters))
  const first = row === undefined ? undefined : Object.values(row)[0]
  const holds =
    code.check === undefined
      ? !empties.has(first as never) && !(typeof first === 'number' && Number.isNaN(first))
      : (await code.check(row ?? null, context)) === true
  context.log.info(holds ? 'the query holds' : 'the query does not hold yet')
  return holds ? { value: args.withRow === true ? { row } : undefined } : null
}

const empties: ReadonlySet<unknown> = new Set([undefined, null, 0, 0n, '0', '', false])
