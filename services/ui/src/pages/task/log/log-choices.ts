import { storedChoice } from '../../../prefs/stored-choice.ts'

/** How this reader likes logs. */
export const wrapChoice = storedChoice('millrace.log.wrap', ['on', 'off'])
export const timesChoice = storedChoice('millrace.log.times', ['on', 'off'])
