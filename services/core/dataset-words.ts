/** What waits for a DAG, in words. */
import type { DatasetCondition, DatasetEventsMode } from './dag.ts'
import { conditionText, urisOf } from './dataset-condition.ts'
import { durationText } from './normal-duration.ts'

/** `a: 3 events, b: none; needs all` */
export const missingText = (condition: DatasetCondition, waiting: (uri: string) => number): string => {
  const there = urisOf(condition).map((uri) => `${uri}: ${countText(waiting(uri))}`)
  return `${there.join(', ')}; ${needsText(condition)}`
}

const countText = (count: number): string => (count === 0 ? 'none' : count === 1 ? '1 event' : `${count.toLocaleString('en')} events`)

const needsText = (condition: DatasetCondition): string => {
  if ('uri' in condition) return 'needs one'
  const parts = 'all' in condition ? condition.all : condition.any
  if (parts.every((part) => 'uri' in part)) return 'all' in condition ? 'needs all' : 'needs one of them'
  return `needs ${conditionText(condition)}`
}

/** `batch`, `each`, `max 100`, `within 5m` */
export const eventsModeText = (mode: DatasetEventsMode): string => {
  if ('mode' in mode) return mode.mode
  return 'max' in mode ? `max ${mode.max}` : `within ${durationText(mode.withinMs)}`
}
