import type { Api, Query } from './api.ts'

const pageSize = 1000

export interface Listed<T> {
  readonly entries: readonly T[]
  /** How many there are in all. */
  readonly total: number
}

/** Up to `limit` entries of a list, page by page; `field` is where the answer has them. */
export const listAll = async <T>(api: Api, path: string, field: string, limit: number, query: Query = {}): Promise<Listed<T>> => {
  const entries: T[] = []
  for (;;) {
    const answer = await api.get<Record<string, unknown>>(path, { ...query, limit: Math.min(pageSize, limit - entries.length), offset: entries.length })
    const page = (answer[field] ?? []) as T[]
    entries.push(...page)
    const total = Number(answer.total_entries ?? entries.length)
    if (page.length === 0 || entries.length >= Math.min(limit, total)) return { entries, total }
  }
}
