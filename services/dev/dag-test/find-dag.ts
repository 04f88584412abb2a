import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DagDefinition } from '../../core/dag.ts'
import { ensureError, MillraceError } from '../../core/errors.ts'
import { normalDag, problemText } from '../../core/normal-dag.ts'
import { didYouMean } from '../../core/normal-names.ts'
import { isDataFile, readDataFile } from '../../parser/data-file.ts'
import type { Dag } from '../../sdk/dag.ts'
import { loadBundle } from '../../sdk/runtime/load-bundle.ts'
import { bundleDagFile } from './bundle-dag-file.ts'

export interface FoundDag {
  readonly definition: DagDefinition
  /** Null: a DAG as data, which has no code. */
  readonly dag: Dag | null
  readonly file: string
}

export interface Search {
  /** A DAG file, or the id of a DAG in one of the folders. */
  readonly target: string
  /** Which DAG of the file, where it holds several. */
  readonly dagId: string | undefined
  readonly folders: readonly string[]
  /** For bundles. */
  readonly workFolder: string
}

const isDagFile = (name: string): boolean => isDataFile(name) || (/\.[cm]?[jt]s$/.test(name) && !/\.d\.[cm]?ts$/.test(name))

/** Finds the DAG, checks its definition, and loads its code. */
export const findDag = async (search: Search): Promise<FoundDag> => {
  const { target } = search
  const isFile = existsSync(target) && statSync(target).isFile()
  if (!isFile && (isDagFile(target) || target.includes('/'))) throw new MillraceError('dag_not_found', `there is no file ${target}`)
  return isFile ? oneOfFile(resolve(target), search) : byId(search)
}

const oneOfFile = async (file: string, search: Search): Promise<FoundDag> => {
  const dags = await dagsOf(file, search.workFolder)
  const ids = dags.map((dag) => dag.dagId)
  if (dags.length === 0) throw new MillraceError('bad_dag', `${file} exports no DAG: write \`export default dag('my_dag', ...)\``)
  if (search.dagId === undefined && dags.length > 1)
    throw new MillraceError('bad_option', `${file} holds several DAGs: choose one with --dag (${ids.join(', ')})`)
  const dag = dags.find(({ dagId }) => search.dagId === undefined || dagId === search.dagId)
  if (dag === undefined) throw new MillraceError('dag_not_found', `${file} holds no DAG '${search.dagId}'${didYouMean(search.dagId ?? '', ids)}`)
  return checked(dag, file)
}

/** Reads file by file until one holds it. A file that cannot be read is somebody else's trouble, unless nothing is found. */
const byId = async ({ target, folders, workFolder }: Search): Promise<FoundDag> => {
  const seen: string[] = []
  const broken: string[] = []
  for (const file of folders.flatMap(filesIn)) {
    try {
      const dags = await dagsOf(file, workFolder)
      const dag = dags.find(({ dagId }) => dagId === target)
      if (dag) return checked(dag, file)
      seen.push(...dags.map(({ dagId }) => dagId))
    } catch (thrown) {
      broken.push(ensureError(thrown).message)
    }
  }
  const where = folders.join(', ')
  const unread = broken.length === 0 ? '' : `; these files could not be read:\n${broken.join('\n')}`
  throw new MillraceError('dag_not_found', `no file in ${where} exports a DAG '${target}'${didYouMean(target, seen)}${unread}`)
}

const filesIn = (folder: string): string[] => {
  if (!existsSync(folder)) throw new MillraceError('bad_option', `there is no folder ${folder}: name the one with your DAGs with --dags`)
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && isDagFile(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** A DAG with its code, or its definition alone. */
type Held = { readonly dagId: string; readonly dag: Dag } | { readonly dagId: string; readonly definition: DagDefinition }

const dagsOf = async (file: string, workFolder: string): Promise<readonly Held[]> =>
  isDataFile(file) ? dataDags(file) : (await loadBundle(await bundleDagFile(file, workFolder))).map((dag) => ({ dagId: dag.dagId, dag }))

const dataDags = (file: string): readonly Held[] => {
  const { dags, faults } = readDataFile(readFileSync(file, 'utf8')) ?? { dags: [], faults: [] }
  if (faults.length > 0)
    throw new MillraceError(
      'bad_dag',
      faults.map(({ message, line, column }) => `${file}${line === null ? '' : `:${line}:${column ?? 1}`}: ${message}`).join('\n'),
    )
  return dags.map(({ definition }) => ({ dagId: definition.dagId, definition }))
}

const checked = (held: Held, file: string): FoundDag => {
  if ('definition' in held) return { definition: held.definition, dag: null, file }
  const { dag } = held
  const normal = normalDag(dag.spec())
  if (!normal.ok) throw new MillraceError('bad_dag', `${file}, dag '${dag.dagId}':\n${problemText(normal.problems)}`)
  return { definition: normal.dag, dag, file }
}
