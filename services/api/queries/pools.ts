import { sql } from '#kysely'
import type { Setting } from '../../../schemas/generated/records.ts'
import type { Pool, PoolsQuery } from '../../../schemas/http/pools.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Settings } from '../settings/open-settings.ts'
import { executorStatus } from './executor-status.ts'
import { jsonObject, pageOf } from './page.ts'
import type { Db } from './tables.ts'

export interface PoolSetting {
  readonly name: string
  /** -1: no limit. */
  readonly slots: number
  readonly include_deferred: boolean
  readonly description: string | null
}

/** It is there without being set, and cannot be deleted. */
export const defaultPool: PoolSetting = { name: 'default_pool', slots: 128, include_deferred: false, description: 'Tasks that name no pool.' }

const poolSetting = ({ name, value }: Setting): PoolSetting => {
  const { slots, include_deferred, description } = jsonObject(value)
  return {
    name,
    slots: typeof slots === 'number' ? slots : 0,
    include_deferred: include_deferred === true,
    description: typeof description === 'string' ? description : null,
  }
}

export const poolSettings = (settings: Settings): ReadonlyMap<string, PoolSetting> =>
  new Map([[defaultPool.name, defaultPool], ...[...settings.all('pool')].map(([name, setting]) => [name, poolSetting(setting)] as const)])

export const findPoolSetting = (settings: Settings, name: string): PoolSetting => {
  const found = poolSettings(settings).get(name)
  if (!found) throw new MillraceError('pool_not_found', `There is no pool ${name}. See the list of pools.`)
  return found
}

interface Usage {
  readonly pool: string
  readonly scheduled: number
  readonly deferred: number
}

const usageOf = async (db: Db): Promise<ReadonlyMap<string, Usage>> => {
  const { rows } = await sql<Usage>`SELECT coalesce(i.pool, t.pool) AS pool,
  coalesce(sum(t.pool_slots) FILTER (WHERE i.state = 'scheduled'), 0)::int AS scheduled,
  coalesce(sum(t.pool_slots) FILTER (WHERE i.state = 'deferred'), 0)::int AS deferred
FROM projection.task_instance i
JOIN projection.dag_run r ON r.dag_id = i.dag_id AND r.run_id = i.run_id
JOIN projection.dag_version_task t ON t.dag_id = r.dag_id AND t.version = r.version AND t.task_id = i.task_id
WHERE i.state IN ('scheduled', 'queued', 'running', 'up_for_retry', 'up_for_reschedule', 'deferred', 'restarting') AND i.state IN ('scheduled', 'deferred')
GROUP BY 1`.execute(db)
  return new Map(rows.map((row) => [row.pool, row]))
}

export const listPools = async (db: Db, settings: Settings, query: PoolsQuery): Promise<{ readonly pools: Pool[]; readonly total_entries: number }> => {
  const pattern = query.pool_name_pattern
  const matches = pattern === undefined || pattern === '~' ? () => true : likeMatcher(pattern)
  const descending = query.order_by?.[0]?.startsWith('-') === true
  const all = [...poolSettings(settings).values()].filter((pool) => matches(pool.name)).sort((a, b) => (a.name < b.name ? -1 : 1) * (descending ? -1 : 1))
  const { limit, offset } = pageOf(query)
  return { pools: await withUsage(db, all.slice(offset, offset + limit)), total_entries: all.length }
}

export const getPool = async (db: Db, settings: Settings, name: string): Promise<Pool> => {
  const [pool] = await withUsage(db, [findPoolSetting(settings, name)])
  if (!pool) throw new MillraceError('pool_not_found', `There is no pool ${name}. See the list of pools.`)
  return pool
}

const withUsage = async (db: Db, pools: readonly PoolSetting[]): Promise<Pool[]> => {
  const [status, usage] = await Promise.all([executorStatus(db), usageOf(db)])
  return pools.map((pool) => {
    const seen = status?.pools.find(({ name }) => name === pool.name)
    const running = seen?.running ?? 0
    return {
      ...pool,
      running_slots: running,
      queued_slots: seen?.queued ?? 0,
      occupied_slots: running + (seen?.queued ?? 0),
      scheduled_slots: usage.get(pool.name)?.scheduled ?? 0,
      deferred_slots: usage.get(pool.name)?.deferred ?? 0,
      open_slots: pool.slots < 0 ? -1 : Math.max(0, pool.slots - running),
    }
  })
}

/** SQL's LIKE, without regard to case; without wildcards a part of the name. */
const likeMatcher = (pattern: string): ((name: string) => boolean) => {
  const whole = /[%_]/.test(pattern) ? pattern : `%${pattern}%`
  const text = whole
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.')
  const expression = new RegExp(`^${text}$`, 'is')
  return (name) => expression.test(name)
}
