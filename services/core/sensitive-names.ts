/** Names whose values nobody may see, wherever they would be shown (Airflow's list). */
import type { Json } from './dag.ts'

const sensitiveName =
  /access_?token|api[_-]?key|authorization|passphrase|passwd|password|private_?key|ssl\.key|user\.info|secret|token|keyfile_dict|service_account/i

/** Whether a variable or field by this name is hidden wherever it would be shown. */
export const isSensitiveName = (name: string): boolean => sensitiveName.test(name)

/** As it may be shown: what stands under such a name, and the password of a URL, is `***`. */
export const maskedByName = (value: Json, name = ''): Json => {
  if (Array.isArray(value)) return value.map((item) => maskedByName(item, name))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskedByName(item, isSensitiveName(name) ? name : key)]))
  if (value !== null && isSensitiveName(name)) return '***'
  return typeof value === 'string' ? value.replaceAll(/(:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g, '$1***') : value
}
