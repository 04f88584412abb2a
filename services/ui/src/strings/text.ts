import { english } from './english.ts'

/** The shape that every language fills. */
export type Text = typeof english

/** All words of the web app, in the reader's language. English is the first; another is a file of the same shape, chosen here. */
export const text: Text = english
