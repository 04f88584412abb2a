/**
 * A look: one short question to the world, "is it there?". Sensors look in their task's process (poke, reschedule) or through the triggerer
 * (deferrable): the same function either way.
 */
import type { Json, JsonObject } from '../../core/dag.ts'
import type { TaskContext } from '../context.ts'
import type { AnyFunction } from '../task.ts'

export interface LookRun {
  /** Rendered. */
  readonly args: JsonObject
  /** The functions among the sensor's options. */
  readonly code: Readonly<Record<string, AnyFunction>>
  readonly context: TaskContext
}

/** null: not yet. `value` is what the task leaves as its result; undefined: nothing. */
export type Look = (run: LookRun) => Promise<{ readonly value: unknown } | null>

const looks: Readonly<Record<string, () => Promise<Look>>> = {
  http: async () => (await import('./look-http.ts')).lookHttp,
  file: async () => (await import('./look-file.ts')).lookFile,
  sql: async () => (await import('./look-sql.ts')).lookSql,
  sensor:
    async () =>
    async ({ code, context }) => {
      const found = await code.poke?.(context)
      return found ? { value: found === true ? undefined : found } : null
    },
}

/** Sensor operator -> the kind of its look, which is also that of the trigger that can do it without code. */
export const lookOfOperator: Readonly<Record<string, string>> = { http_sensor: 'http', file_sensor: 'file', sql_sensor: 'sql', sensor: 'sensor' }

export const lookOf = (kind: string): Promise<Look> | null => looks[kind]?.() ?? null

const defaultPokeIntervalMs = 60_000

/**
 * How long until the next look. With backoff it waits as long again as until now: that doubles the wait each time, and needs no count of looks, which a
 * reschedule or another triggerer would forget.
 */
export const pauseMs = (args: JsonObject, elapsedMs: number): number => {
  const number = (name: string, otherwise: number): number => (typeof args[name] === 'number' ? args[name] : otherwise)
  const intervalMs = number('pokeIntervalMs', defaultPokeIntervalMs)
  return Math.min(args.exponentialBackoff === true ? Math.max(intervalMs, elapsedMs) : intervalMs, number('maxWaitMs', Number.POSITIVE_INFINITY))
}

export const asEvent = (value: unknown): Json => (value === undefined ? {} : { value: JSON.parse(JSON.stringify(value) ?? 'null') })
