import { storedChoice } from './stored-choice.ts'

export const zoneChoice = storedChoice('millrace.zone', ['local', 'utc'])
