/** One DAG file: bundled, imported in a process of its own, checked. A DAG as data is read and checked alone. */
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DagDefinition, JsonObject } from '../core/dag.ts'
import { normalDag, problemText } from '../core/normal-dag.ts'
import { canonicalJson } from '../core/normal-json.ts'
import { prepareBundleFolder } from '../sdk/runtime/load-bundle.ts'
import { type Bundle, bundleFile } from './bundle-file.ts'
import { isDataFile, readDataFile } from './data-file.ts'
import type { Evaluated, EvaluatedFault } from './evaluation.ts'
import { fault, type ImportFault } from './import-fault.ts'
import { makeStackMapper, type StackMapper } from './map-stack.ts'
import { type EvaluationLimits, startEvaluation } from './run-evaluation.ts'

export interface ParsedDag {
  readonly definition: DagDefinition
  /** As it is published. */
  readonly compact: JsonObject
  readonly version: string
  /** sha256 of the code, or null when no task needs it. */
  readonly bundle: string | null
}

export interface ParsedFile {
  readonly dags: readonly ParsedDag[]
  readonly faults: readonly ImportFault[]
  /** Null when it could not be made, or no DAG needs it. */
  readonly bundle: Bundle | null
  readonly source: string | null
  /** Files whose change changes this one, absolute; null when they are not known. */
  readonly inputs: readonly string[] | null
}

export interface FileToParse extends EvaluationLimits {
  /** Absolute, without symbolic links. */
  readonly folder: string
  /** Relative to the folder. */
  readonly path: string
  /** Where bundles are laid for their evaluation. */
  readonly workFolder: string
  readonly signal: AbortSignal
}

export const parseFile = async (file: FileToParse): Promise<ParsedFile> => {
  const nothing: ParsedFile = { dags: [], faults: [], bundle: null, source: null, inputs: null }
  const source = await readFile(join(file.folder, file.path), 'utf8')
  if (isDataFile(file.path)) return { ...nothing, source, ...parsedData(source), inputs: [join(file.folder, file.path)] }
  const bundled = await bundleFile(file.folder, file.path)
  if (!bundled.ok) return { ...nothing, source, faults: bundled.faults }
  const { bundle } = bundled
  // An import that nothing uses is dropped, but a file that names it was meant to be one.
  if (!bundle.usesMillrace && !/(['"])millrace\1/.test(source)) return { ...nothing, source, inputs: bundle.inputs }
  const laid = await layBundle(file.workFolder, bundle)
  const evaluation = startEvaluation(laid, file.folder, file)
  file.signal.addEventListener('abort', evaluation.kill, { once: true })
  try {
    const evaluated = await evaluation.evaluated
    return { ...parsed(evaluated, bundle, makeStackMapper(pathToFileURL(laid).href, bundle.code), file.path), source, inputs: bundle.inputs }
  } finally {
    file.signal.removeEventListener('abort', evaluation.kill)
    rmSync(laid, { force: true })
  }
}

/** The version of a DAG: what it says and the code that it runs (SEMANTICS 5). */
export const versionOf = (compact: JsonObject, bundleHash: string | null): string =>
  createHash('sha256')
    .update(`${canonicalJson(compact)}\n${bundleHash ?? ''}`)
    .digest('hex')
    .slice(0, 16)

const parsedData = (source: string): Partial<ParsedFile> => {
  const data = readDataFile(source)
  return data === null ? {} : { faults: data.faults, dags: data.dags.map((dag) => ({ ...dag, version: versionOf(dag.compact, null), bundle: null })) }
}

let laidBundles = 0

/** Writes the code where `import 'millrace'` finds this package, and native packages are found where the bundler found them. */
const layBundle = async (folder: string, bundle: Bundle): Promise<string> => {
  prepareBundleFolder(folder)
  for (const [name, target] of bundle.native) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    rmSync(link, { force: true })
    symlinkSync(target, link, 'dir')
  }
  const file = join(folder, `${bundle.hash.slice(0, 16)}-${++laidBundles}.mjs`)
  await writeFile(file, bundle.code)
  return file
}

const parsed = (evaluated: Evaluated, bundle: Bundle, mapper: StackMapper, path: string): Pick<ParsedFile, 'dags' | 'faults' | 'bundle'> => {
  const dags: ParsedDag[] = []
  const faults = evaluated.faults.map((each) => placedFault(each, mapper, path))
  for (const compact of evaluated.dags) {
    // It comes from a process that runs anybody's code.
    const normal = normalDag(compact)
    if (!normal.ok) {
      faults.push(fault(problemText(normal.problems)))
      continue
    }
    const hash = normal.dag.tasks.some((task) => task.needsCode) || normal.dag.watches.some((watch) => watch.needsCode) ? bundle.hash : null
    dags.push({ definition: normal.dag, compact, version: versionOf(compact, hash), bundle: hash })
  }
  return { dags, faults, bundle: dags.some((dag) => dag.bundle !== null) ? bundle : null }
}

/** The author's frames alone: where Millrace and Node were at the same time helps nobody, and names this machine's folders. */
const ownFrames = (stack: string, mapper: StackMapper): string =>
  stack
    .split('\n')
    .filter((line) => mapper.first(line) !== null)
    .join('\n')

/** Line and column are in the file itself; when it happened in a file that it imports, the message says where. */
const placedFault = ({ message, stack }: EvaluatedFault, mapper: StackMapper, path: string): ImportFault => {
  if (stack === null) return fault(message)
  const place = mapper.firstIn(stack, path)
  const first = mapper.first(stack)
  const elsewhere = first === null || first.file === path ? '' : ` (${first.file}, line ${first.line})`
  const frames = mapper.map(ownFrames(stack, mapper))
  return fault(`${message}${elsewhere}`, { line: place?.line ?? null, column: place?.column ?? null, stack: frames === '' ? null : `${message}\n${frames}` })
}
