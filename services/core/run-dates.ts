/** Runs by logical date: a DAG has one for a date at most, and each knows the run before it and the one after. */
import type { Dag } from './column-state.ts'

/** Index of the first date that is not below `date`. */
const placeOf = (dates: readonly number[], date: number): number => {
  let low = 0
  let high = dates.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((dates[middle] ?? 0) < date) low = middle + 1
    else high = middle
  }
  return low
}

export const addDate = (dag: Dag, date: number, runId: string): void => {
  if (!dag.byLogicalDate.has(date)) dag.dates.splice(placeOf(dag.dates, date), 0, date)
  dag.byLogicalDate.set(date, runId)
}

export const removeDate = (dag: Dag, date: number, runId: string): void => {
  if (dag.byLogicalDate.get(date) !== runId) return
  dag.byLogicalDate.delete(date)
  dag.dates.splice(placeOf(dag.dates, date), 1)
}

/** Id of the run before (-1) or after (1) a date, in memory or archived, or null. */
export const neighbour = (dag: Dag, date: number | null, side: -1 | 1): string | null => {
  if (date === null) return null
  const place = placeOf(dag.dates, date)
  const found = dag.dates[side === -1 ? place - 1 : dag.dates[place] === date ? place + 1 : place]
  return found === undefined ? null : (dag.byLogicalDate.get(found) ?? null)
}

/** Ids of runs with a logical date from..to, both included, oldest first. */
export const runsBetween = (dag: Dag, from: number, to: number): readonly string[] => {
  const found: string[] = []
  for (let i = placeOf(dag.dates, from); i < dag.dates.length; i++) {
    const date = dag.dates[i] ?? 0
    if (date > to) break
    const runId = dag.byLogicalDate.get(date)
    if (runId !== undefined) found.push(runId)
  }
  return found
}
