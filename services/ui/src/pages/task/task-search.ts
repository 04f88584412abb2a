import { present } from '../one-of.ts'

const whole = (value: unknown, least: number): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= least ? value : undefined

/** Which try is shown (left out: the newest), and which instance of a mapped task. */
export const taskSearch = (search: Record<string, unknown>) => present({ try: whole(search.try, 1), map: whole(search.map, 0) })
