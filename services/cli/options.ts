import { InvalidArgumentError, Option } from 'commander'

/** The same option everywhere: what is printed is the API's own JSON. */
export const jsonOption = (): Option => new Option('--json', 'print JSON instead of a table')

export const limitOption = (standard: number): Option =>
  new Option('--limit <n>', 'at most so many entries').argParser(wholeNumber(1, 100_000)).default(standard)

/** A parser for options that take a whole number. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^-?\d+$/.test(text) || value < min || value > max) throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`)
    return value
  }

/** A date or time in ISO form, UTC when it names no offset; as the API takes it. */
export const isoInstant = (text: string): string => {
  const match = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text)
  const ms = match === null ? Number.NaN : Date.parse(text.length === 10 || match[1] !== undefined ? text.replace(' ', 'T') : `${text.replace(' ', 'T')}Z`)
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Give an ISO date or time, such as 2026-01-31 or 2026-01-31T06:00:00Z.')
  return new Date(ms).toISOString()
}

/** A JSON object as text. */
export const jsonObject = (text: string): { readonly [key: string]: unknown } => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new InvalidArgumentError(`It is no JSON (${error instanceof Error ? error.message : String(error)}): write it as '{"key": "value"}'.`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InvalidArgumentError(`Give a JSON object: '{"key": "value"}'.`)
  return value as { readonly [key: string]: unknown }
}
