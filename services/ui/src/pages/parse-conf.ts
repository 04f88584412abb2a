import { text } from '../strings/text.ts'

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

/** The command line that does the same as the dialog; a quote inside a shell's quotes is closed, escaped and opened again. */
export const triggerCommand = (dagId: string, conf: { readonly [key: string]: unknown }): string => {
  const quoted = JSON.stringify(conf).replaceAll("'", String.raw`'\''`)
  return Object.keys(conf).length === 0 ? `millrace dags trigger ${dagId}` : `millrace dags trigger ${dagId} --conf '${quoted}'`
}
