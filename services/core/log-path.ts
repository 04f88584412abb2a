/**
 * Where the log of a try lies below the logs folder: `<dag_id>/<task_id>/<logical date, else run_id>/[map_index=<n>/]<try>.log`. The projector
 * writes by it and the API reads by it. No id can leave its place: what is no plain letter is percent-encoded, a part never begins with a dot
 * (so there is no `..`, and no hidden file of ours to hit), and no part is longer than a file system takes.
 */
export interface LogAddress {
  readonly dagId: string
  readonly runId: string
  readonly taskId: string
  /** -1 when not mapped. */
  readonly mapIndex: number
  readonly tryNumber: number
  readonly logicalDate: number | null
}

/** Relative, with `/`. */
export const logPath = ({ dagId, runId, taskId, mapIndex, tryNumber, logicalDate }: LogAddress): string => {
  const folders = [dagLogFolder(dagId), escapePart(taskId), runLogFolder({ runId, logicalDate })]
  if (mapIndex >= 0) folders.push(`map_index=${Math.trunc(mapIndex)}`)
  return `${folders.join('/')}/${Math.trunc(tryNumber)}.log`
}

/** Has a folder for each task, and each of these one for each run. */
export const dagLogFolder = (dagId: string): string => escapePart(dagId)

export const runLogFolder = ({ runId, logicalDate }: Pick<LogAddress, 'runId' | 'logicalDate'>): string =>
  logicalDate === null ? runFolder(runId) : new Date(logicalDate).toISOString()

/** A run without logical date whose id looks like one must not share the folder of the run that has it. */
const runFolder = (runId: string): string => {
  const escaped = escapePart(runId)
  return /^\d{4,6}-\d\d-\d\dT/.test(escaped) ? escaped.replaceAll(':', '%3A') : escaped
}

const maxPartLength = 240

/** One id as the name of one folder. Different ids give different names. */
export const escapePart = (id: string): string => {
  let escaped = ''
  for (const byte of new TextEncoder().encode(id)) {
    const char = String.fromCharCode(byte)
    escaped += isPlain(char) && !(escaped === '' && char === '.') ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  if (escaped === '') return '%'
  return escaped.length <= maxPartLength ? escaped : `${escaped.slice(0, 200)}~${fnv1a64(escaped)}`
}

/** `~` is not plain: it marks a shortened name. */
const isPlain = (char: string): boolean => /[A-Za-z0-9_.:+=@-]/.test(char)

const fnv1a64 = (text: string): string => {
  let hash = 0xcbf29ce484222325n
  for (let i = 0; i < text.length; i++) hash = ((hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n) & 0xffffffffffffffffn
  return hash.toString(16).padStart(16, '0')
}

/** Beside each log: what the writer must know of it (which queueing's lines stand where), and `end` when a queueing's last line is there. */
export const sidecarOf = (path: string): string => `${path}.seq`

export const logEndMark = 'end'
