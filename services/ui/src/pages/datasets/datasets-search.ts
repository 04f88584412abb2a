import { oneOf, present, textOf } from '../one-of.ts'

/** Filter and view of the datasets. */
export const datasetsSearch = (search: Record<string, unknown>) => present({ q: textOf(search.q), view: oneOf(['graph'], search.view) })
