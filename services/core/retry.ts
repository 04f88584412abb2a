import type { TaskDefinition } from './dag.ts'

const dayMs = 86_400_000

type RetryOptions = Pick<TaskDefinition, 'retryDelayMs' | 'retryBackoff' | 'maxRetryDelayMs'>

/**
 * SEMANTICS 5: how long to wait after try `tryNumber` failed, in ms. With backoff the wait grows by the multiplier and is spread by a hash of
 * what the attempt is (no chance in the core): base + (h mod base), in whole seconds of base, at most maxRetryDelay and a day.
 */
export const retryDelayMs = (task: RetryOptions, tryNumber: number, identity: string): number => {
  const cap = Math.min(task.maxRetryDelayMs ?? dayMs, dayMs)
  if (task.retryBackoff === 0) return Math.min(task.retryDelayMs, cap)
  const grown = task.retryDelayMs * task.retryBackoff ** (tryNumber - 1)
  if (grown >= cap) return cap // also where the power overflows
  const base = Math.max(1000, Math.ceil(grown / 1000) * 1000)
  return Math.min(base + (hashOf(`${identity}#${tryNumber}`) % base), cap)
}

/** FNV-1a, 32 bits. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
