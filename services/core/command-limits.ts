/** What a command may be, whoever sends it: what is decided about it must fit a journal record. */
import type { Command } from '../../schemas/generated/records.ts'
import { MillraceError } from './errors.ts'

export const maxCommandBytes = 500_000
const maxNameChars = 250

/** Throws `too_big`. */
export const checkCommandSize = (bytes: number): void => {
  if (bytes > maxCommandBytes)
    throw new MillraceError('too_big', `a command of ${bytes} bytes: at most ${maxCommandBytes} are allowed; put big data where the tasks can fetch them`)
}

/** Throws `bad_request`. */
export const checkCommandNames = ({ id, dagId, kind, principal }: Command): void => {
  for (const [name, text] of Object.entries({ id, dagId, kind, principal }))
    if (text !== null && (text === '' || text.length > maxNameChars))
      throw new MillraceError('bad_request', `the command's ${name} has ${text.length} characters: 1 to ${maxNameChars} are allowed`)
}
