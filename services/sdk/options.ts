import { MillraceError } from '../core/errors.ts'
import type { Kind } from '../core/normal-kinds.ts'
import { shown } from '../core/normal-kinds.ts'
import { didYouMean } from '../core/normal-names.ts'

/** `task 'extract'`, also when the id is none. */
export const named = (what: string, id: unknown): string => `${what} ${typeof id === 'string' ? `'${id}'` : shown(id)}`

/** One kind for each option: a type error when one is forgotten. */
export type OptionKinds<O> = { readonly [N in keyof Required<O>]: Kind }

/**
 * The editor refuses a wrong option by its type; a file that is not type-checked gets the same here.
 * Throws `bad_option` naming the place, the option and what it takes.
 */
export const checkOptions = (where: string, options: unknown, optionKinds: Readonly<Record<string, Kind>>): void => {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new MillraceError('bad_option', `${where}: the options must be an object such as { ${Object.keys(optionKinds)[0]}: ... }, not ${shown(options)}`)
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(optionKinds, name) ? optionKinds[name] : undefined
    if (kind === undefined) throw new MillraceError('bad_option', `${where}: there is no option '${name}'${didYouMean(name, Object.keys(optionKinds))}`)
    if (value !== undefined && !kind.holds(value)) throw new MillraceError('bad_option', `${where}: option '${name}' must be ${kind.says}, not ${shown(value)}`)
  }
}
