import type { LiveDag, LiveRun, LiveTask } from '../api/types.ts'

/** What changes a cache. `n` of the rows is `event_number`. */
export type LiveEvent =
  | { readonly kind: 'task'; readonly data: LiveTask }
  | { readonly kind: 'run'; readonly data: LiveRun }
  | { readonly kind: 'dag'; readonly data: LiveDag }

/** What a patch made of an event: the new value; the same value when it changes nothing; `stale` when only a new GET can tell. */
export type Patched<T> = T | 'stale'
