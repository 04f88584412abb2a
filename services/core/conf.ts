/** A run's conf: JSON text of an object that fits the DAG's params. */
import type { DagDefinition } from './dag.ts'
import { checkConf } from './params.ts'

/** The conf as canonical JSON text, or null when it is no object. */
export const normalConf = (text: string | null): string | null => {
  if (text === null || text.trim() === '') return '{}'
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : null
  } catch {
    return null
  }
}

/** Of a run's conf as canonical JSON: it stands in the run's events and in each attempt's orders. */
export const maxConfBytes = 250_000

/** Why the conf is too big, or null. */
export const confSizeProblem = (conf: string): string | null => {
  const bytes = conf.length > maxConfBytes / 4 ? new TextEncoder().encode(conf).length : 0
  return bytes > maxConfBytes ? `conf is ${bytes} bytes of JSON, at most ${maxConfBytes} are allowed: put big data where the tasks can fetch them` : null
}

/** Where the conf does not fit the DAG's params, or null. */
export const confProblem = ({ params }: DagDefinition, conf: string): string | null => {
  const checked = checkConf(params, JSON.parse(conf))
  return checked.ok ? null : checked.problems.join('; ')
}
