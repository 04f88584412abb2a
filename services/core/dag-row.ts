/** What may stand beside a definition in a record of topic `dags`, whoever published it. */
import type { DagVersion } from '../../schemas/generated/records.ts'
import { maxDefinitionBytes } from './normal-dag.ts'

/** What is wrong with the record's own fields, or null. */
export const dagRowProblem = ({ version, definition, bundle }: DagVersion): string | null => {
  if (version === '' || version.length > 250 || /[@\s]/.test(version))
    return `version ${JSON.stringify(version.slice(0, 100))} must have 1 to 250 characters without @ and spaces`
  if (bundle !== null && bundle.length > 250) return `bundle must be the sha256 of its code in hex, not ${bundle.length} characters`
  const bytes = definition.length > maxDefinitionBytes / 4 ? new TextEncoder().encode(definition).length : 0
  return bytes > maxDefinitionBytes
    ? `its definition is ${bytes} bytes of JSON, at most ${maxDefinitionBytes} are allowed: leave out spaces and defaults, or cut the DAG in two`
    : null
}
