import { spelledAsVariable } from '../sdk/runtime/named-settings.ts'

/** As it is, or as an environment variable spells it: `MILLRACE_CONN_MY_DB` is connection `my_db`, and `my-db`. */
export const findByName = (values: Readonly<Record<string, string>>, key: string): string | null => {
  for (const name of [key, spelledAsVariable(key)]) if (Object.hasOwn(values, name)) return values[name] ?? null
  return null
}
