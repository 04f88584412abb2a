import { text } from '../../strings/text.ts'
import { shellWord } from '../change/change-command.ts'

export type ParsedConf = { readonly conf: { readonly [key: string]: unknown } } | { readonly problem: string }

/** The text of the trigger dialog as a JSON object; an empty text is an empty object. */
export const parseConf = (typed: string): ParsedConf => {
  if (typed.trim() === '') return { conf: {} }
  let value: unknown
  try {
    value = JSON.parse(typed)
  } catch (error) {
    return { problem: text.trigger.notJson(error instanceof Error ? error.message : String(error)) }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: text.trigger.notObject }
  return { conf: value as { readonly [key: string]: unknown } }
}

/** The command line that does the same as the dialog. */
export const triggerCommand = (dagId: string, conf: { readonly [key: string]: unknown }, logicalDate?: string, note = ''): string =>
  [
    `millrace dags trigger ${shellWord(dagId)}`,
    ...(Object.keys(conf).length === 0 ? [] : [`--conf ${shellWord(JSON.stringify(conf))}`]),
    ...(logicalDate === undefined ? [] : [`--date ${logicalDate}`]),
    ...(note === '' ? [] : [`--note ${shellWord(note)}`]),
  ].join(' ')
