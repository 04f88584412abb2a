import { present } from '../one-of.ts'

const number = (value: unknown): number | undefined => (typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : undefined)

/** Which version is looked at (left out: the newest), and which it is compared with (left out: the one before). */
export const versionsSearch = (search: Record<string, unknown>) => present({ to: number(search.to), from: number(search.from) })
