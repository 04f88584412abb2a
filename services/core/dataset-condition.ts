/** What a DAG waits for: datasets, joined by all and any (SEMANTICS 6). */
import type { DatasetCondition } from './dag.ts'

/** The datasets in it, each once, in order. */
export const urisOf = (condition: DatasetCondition): readonly string[] => [...new Set(leavesOf(condition))]

const leavesOf = (condition: DatasetCondition): readonly string[] =>
  'uri' in condition ? [condition.uri] : ('all' in condition ? condition.all : condition.any).flatMap(leavesOf)

/** Whether it holds when these datasets have events that wait. */
export const holds = (condition: DatasetCondition, has: (uri: string) => boolean): boolean => {
  if ('uri' in condition) return has(condition.uri)
  return 'all' in condition ? condition.all.every((part) => holds(part, has)) : condition.any.some((part) => holds(part, has))
}

/** The most events that one run may need for it to hold. */
export const eventsNeeded = (condition: DatasetCondition): number => {
  if ('uri' in condition) return 1
  return 'all' in condition ? condition.all.reduce((sum, part) => sum + eventsNeeded(part), 0) : Math.max(...condition.any.map(eventsNeeded))
}

/** In words: `a and (b or c)`. */
export const conditionText = (condition: DatasetCondition, isNested = false): string => {
  if ('uri' in condition) return condition.uri
  const text = 'all' in condition ? condition.all.map(partText).join(' and ') : condition.any.map(partText).join(' or ')
  return isNested ? `(${text})` : text
}

const partText = (part: DatasetCondition): string => conditionText(part, true)
