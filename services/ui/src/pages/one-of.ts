/** A word of the address if it is one of those allowed, else undefined: a wrong filter is no filter. */
export const oneOf = <const T extends readonly string[]>(allowed: T, value: unknown): T[number] | undefined => allowed.find((word) => word === value)

/** A text of the address. The router reads bare numbers as numbers; a name may well be one. */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string' && value !== '') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** Leaves out what is undefined, so that addresses stay short. */
export const present = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
