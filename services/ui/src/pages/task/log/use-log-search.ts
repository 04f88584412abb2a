import { useMemo, useState } from 'react'
import type { LogLine } from '../../../api/types.ts'
import { matchingLines } from './log-pieces.ts'

/** Search in the lines: where the matches are, which one is looked at, and the steps between them. */
export const useLogSearch = (lines: readonly LogLine[], goTo: (line: number) => void) => {
  const [query, setQueryText] = useState('')
  const [at, setAt] = useState(0)
  const matches = useMemo(() => matchingLines(lines, query), [lines, query])
  const current = matches.length === 0 ? -1 : Math.min(at, matches.length - 1)
  const step = (by: number): void => {
    if (matches.length === 0) return
    const next = (current + by + matches.length) % matches.length
    setAt(next)
    goTo(matches[next] ?? 0)
  }
  const setQuery = (typed: string): void => {
    setQueryText(typed)
    setAt(0)
    const first = matchingLines(lines, typed)[0]
    if (first !== undefined) goTo(first)
  }
  return { query, setQuery, matches, current, currentLine: matches[current], step }
}
