import { maxPageSize } from '../../../schemas/http/common.ts'

export interface Page {
  readonly limit: number
  readonly offset: number
}

/** The page asked for, cut to the longest there is. */
export const pageOf = (query: { readonly limit?: number; readonly offset?: number }): Page => ({
  limit: Math.min(query.limit ?? 50, maxPageSize),
  offset: query.offset ?? 0,
})

/** A name pattern as SQL's LIKE; without wildcards, a part of the name. `~` alone is any, as in Airflow. */
export const likePattern = (pattern: string): string => (pattern === '~' ? '%' : /[%_]/.test(pattern) ? pattern : `%${pattern.replaceAll('\\', '\\\\')}%`)

export const iso = (date: Date | null): string | null => date?.toISOString() ?? null

export const seconds = (from: Date | null, to: Date | null): number | null => (from && to ? (to.getTime() - from.getTime()) / 1000 : null)

/** JSON that we wrote ourselves; a damaged one is shown as empty rather than hide the row. */
export const jsonObject = (text: string | null): { readonly [key: string]: unknown } => {
  if (text === null) return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  } catch {
    return {}
  }
}
