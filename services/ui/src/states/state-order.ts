/** Every state that a person can meet, in the words of SEMANTICS 1 and the order of the legend: what needs a person first, then what moves, then what rests. */
export const statesInOrder = [
  'failed',
  'upstream_failed',
  'up_for_retry',
  'running',
  'restarting',
  'queued',
  'scheduled',
  'up_for_reschedule',
  'deferred',
  'success',
  'skipped',
  'removed',
  'none',
] as const

export type StateName = (typeof statesInOrder)[number]

export const runStatesInOrder = ['failed', 'running', 'queued', 'success'] as const

const known: ReadonlySet<string> = new Set(statesInOrder)

/** What the API says, as a state we can draw: null and words of a newer server are drawn as `none`. */
export const stateName = (value: string | null | undefined): StateName => (value != null && known.has(value) ? (value as StateName) : 'none')

/** Nothing more happens to it by itself. */
export const isAtRest = (value: string | null | undefined): boolean =>
  value === 'success' || value === 'failed' || value === 'skipped' || value === 'upstream_failed' || value === 'removed'

/** Whether a state is one to wait in: neither running nor over. */
export const isWaiting = (value: string | null | undefined): boolean => value !== 'running' && !isAtRest(value)

/** The one state that stands for many (a folded group, a favicon): the first of the order that is there. */
export const worstState = (states: readonly (string | null | undefined)[]): StateName => {
  const present = new Set(states.map(stateName))
  return statesInOrder.find((state) => present.has(state)) ?? 'none'
}
