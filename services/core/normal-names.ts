/** Names: which ids are allowed, and what somebody may have meant by a wrong one. */
export const unsafeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** What is wrong with an id of a DAG, task, group or XCom (Airflow's rule), or null. */
export const idProblem = (id: unknown): string | null => {
  if (typeof id !== 'string') return 'must be text'
  if (id === '') return 'must not be empty'
  if (id.length > 250) return `is ${id.length} characters long, at most 250 are allowed`
  if (!/^[\p{L}\p{N}_.-]+$/u.test(id)) return `${JSON.stringify(id)} has characters other than letters, digits, dashes, dots and underscores${suggestion(id)}`
  if (unsafeKeys.has(id)) return `'${id}' is reserved by JavaScript: choose another id`
  if (/^\.+$/.test(id)) return `'${id}' is a folder's name: choose another id`
  return null
}

const suggestion = (id: string): string => {
  const clean = id.trim().replace(/[^\p{L}\p{N}_.-]+/gu, '_')
  return /[\p{L}\p{N}]/u.test(clean) ? `: write ${JSON.stringify(clean.slice(0, 250))}` : ''
}

/** `; did you mean 'retries'?` when one of the names is near, else the list of them (when short), else nothing. */
export const didYouMean = (wrong: string, names: readonly string[]): string => {
  let nearest: string | null = null
  let least = Math.max(2, Math.floor(wrong.length / 3)) + 1
  for (const name of names) {
    const far = distance(wrong.toLowerCase().replaceAll('_', ''), name.toLowerCase().replaceAll('_', ''), least)
    if (far < least) {
      least = far
      nearest = name
    }
  }
  if (nearest !== null) return `; did you mean '${nearest}'?`
  return names.length > 0 && names.length <= 40 ? `; there are ${[...names].sort().join(', ')}` : ''
}

/** Edits (insert, delete, replace, swap of neighbours) from a to b; anything from `limit` on is `limit`. */
const distance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let edits = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits = Math.min(edits, (before[j - 2] ?? 0) + 1)
      row.push(edits)
    }
    before = above
    above = row
  }
  return Math.min(above[b.length] ?? limit, limit)
}
