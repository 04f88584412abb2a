import { present, textOf } from '../one-of.ts'

/** Of which topic dead letters are shown. */
export const deadLettersSearch = (search: Record<string, unknown>) => present({ topic: textOf(search.topic) })
