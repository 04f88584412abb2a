/** Which records a parsed file makes necessary, against what is published already. Pure. */
import type { DagVersion, ImportError } from '../../schemas/generated/records.ts'
import { fault, joinFaults } from './import-fault.ts'
import type { ParsedDag, ParsedFile } from './parse-file.ts'
import type { Published } from './published.ts'

export interface Publication {
  readonly versions: readonly { readonly record: DagVersion; readonly dag: ParsedDag }[]
  readonly removed: readonly string[]
  /** The file's new error; null: it is mended; undefined: nothing changes. */
  readonly error: ImportError | null | undefined
  /** DAGs that another file (or program) defines already. */
  readonly taken: readonly string[]
}

export interface PublicationContext {
  readonly fileloc: string
  readonly publishedBy: string
  readonly at: number
  /** Whether the file with this name is still there. */
  readonly isPresent: (fileloc: string) => boolean
}

/** Beside a definition of up to 700 kB it has to fit one record. */
const maxSourceBytes = 180_000

export const planPublication = (published: Published, parsed: ParsedFile, context: PublicationContext): Publication => {
  const { fileloc, publishedBy, at } = context
  const isOurs = (version: DagVersion): boolean => version.publishedBy === publishedBy && version.fileloc === fileloc
  const faults = [...parsed.faults]
  const versions: Publication['versions'][number][] = []
  const taken: string[] = []
  for (const dag of parsed.dags) {
    const { dagId } = dag.definition
    const held = published.dags.get(dagId)
    const holder = held === undefined || isOurs(held) ? null : holderOf(held, context)
    if (holder !== null) {
      taken.push(dagId)
      faults.push(fault(`dag '${dagId}' is defined by ${holder} already: give one of them another id`))
      continue
    }
    const record: DagVersion = {
      dagId,
      version: dag.version,
      definition: JSON.stringify(dag.compact),
      bundle: dag.bundle,
      fileloc,
      source: parsed.source !== null && Buffer.byteLength(parsed.source) <= maxSourceBytes ? parsed.source : null,
      publishedBy,
      publishedAt: at,
    }
    if (held === undefined || !sameVersion(held, record)) versions.push({ record, dag })
  }
  const here = new Set(parsed.dags.map((dag) => dag.definition.dagId))
  // With a fault nobody knows what the file would define: the last good version stays.
  const removed =
    faults.length > 0 ? [] : [...published.dags.values()].filter((version) => isOurs(version) && !here.has(version.dagId)).map((version) => version.dagId)
  return { versions, removed, taken, error: errorRecord(published.errors.get(fileloc), joinFaults(faults), context) }
}

const sameVersion = (a: DagVersion, b: DagVersion): boolean =>
  a.version === b.version && a.bundle === b.bundle && a.fileloc === b.fileloc && a.source === b.source

/** Who defines it, in words; null when that file is gone and the DAG may be taken over. */
const holderOf = (held: DagVersion, { publishedBy, isPresent }: PublicationContext): string | null => {
  if (held.publishedBy !== publishedBy) return `another publisher, '${held.publishedBy || 'unknown'}',`
  return held.fileloc !== null && isPresent(held.fileloc) ? held.fileloc : null
}

/** Longer ones would not fit a record. */
const maxTextChars = 50_000

const errorRecord = (
  held: ImportError | undefined,
  found: ReturnType<typeof joinFaults>,
  { fileloc, publishedBy, at }: PublicationContext,
): ImportError | null | undefined => {
  if (found === null) return held === undefined ? undefined : null
  const { line, column } = found
  const message = found.message.slice(0, maxTextChars)
  const stack = found.stack?.slice(0, maxTextChars) ?? null
  if (held !== undefined && held.line === line && held.column === column && held.message === message && held.stack === stack) return undefined
  return { fileloc, at, line, column, message, stack, publishedBy }
}

/** What stands on the topic for files that are there no more. */
export const planSweep = (
  published: Published,
  { publishedBy, isPresent }: Pick<PublicationContext, 'publishedBy' | 'isPresent'>,
): { readonly removed: readonly string[]; readonly mended: readonly string[] } => ({
  removed: [...published.dags.values()]
    .filter((version) => version.publishedBy === publishedBy && version.fileloc !== null && !isPresent(version.fileloc))
    .map((version) => version.dagId),
  mended: [...published.errors.values()].filter((error) => error.publishedBy === publishedBy && !isPresent(error.fileloc)).map((error) => error.fileloc),
})
