/**
 * DAGs as data: a YAML or JSON file in a DAG folder, for tasks that need no code. It holds one DAG (an object with dagId and tasks), a list of them, or
 * `dags:` with a list; YAML may also hold several documents. What stands in it is what `normalDag` takes, and is checked by it.
 */
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseAllDocuments } from 'yaml'
import type { DagDefinition, JsonObject } from '../core/dag.ts'
import { ensureError } from '../core/errors.ts'
import { compactDag } from '../core/normal-compact.ts'
import { normalDag } from '../core/normal-dag.ts'
import { didYouMean } from '../core/normal-names.ts'
import { alwaysNeedsCode, operatorTemplateFields } from '../core/normal-operators.ts'
import { isRecord, type Problem } from '../core/normal-problems.ts'
import { fault, type ImportFault } from './import-fault.ts'

export interface DataFile {
  readonly dags: readonly { readonly definition: DagDefinition; readonly compact: JsonObject }[]
  readonly faults: readonly ImportFault[]
}

export const isDataFile = (path: string): boolean => /\.(ya?ml|json)$/.test(path)

const maxBytes = 2_000_000

/** Null: the file holds no DAG, but something else that lies among them. */
export const readDataFile = (text: string): DataFile | null => {
  if (!/\b(dagId|tasks)\b/.test(text)) return null
  if (Buffer.byteLength(text) > maxBytes) return /\bdagId\b/.test(text) ? failed(`the file is larger than ${maxBytes / 1e6} MB: cut it into several`) : null
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, prettyErrors: false }) as readonly Document.Parsed[]
  const faults = documents.flatMap((document) => [...document.errors, ...document.warnings].map(({ message, pos }) => fault(message, placeIn(lines, pos[0]))))
  if (faults.length > 0) return /\bdagId\b/.test(text) ? { dags: [], faults } : null
  const read: { dags: DataFile['dags'][number][]; faults: ImportFault[] } = { dags: [], faults: [] }
  let isDagFile = false
  for (const document of documents) {
    let value: unknown
    try {
      value = document.toJS({ maxAliasCount: 100 })
    } catch (thrown) {
      return failed(`${ensureError(thrown).message}: write it out`)
    }
    for (const { given, node } of dagsIn(value, document.contents, read.faults, lines)) {
      isDagFile = true
      readDag(given, node, lines, read)
    }
  }
  return isDagFile || read.faults.length > 0 ? read : null
}

const failed = (message: string): DataFile => ({ dags: [], faults: [fault(message)] })

const placeIn = (lines: LineCounter, offset: number): Pick<ImportFault, 'line' | 'column'> => {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

type AnyNode = Node | ParsedNode | null

interface Given {
  readonly given: unknown
  readonly node: AnyNode
}

/** It means to be a DAG: what is missing then is told. */
const looksLikeDag = (value: unknown): boolean =>
  isRecord(value) &&
  ('dagId' in value || (Array.isArray(value.tasks) && value.tasks.some((task) => isRecord(task) && ('taskId' in task || 'operator' in task))))

const dagsIn = (value: unknown, node: AnyNode, faults: ImportFault[], lines: LineCounter): readonly Given[] => {
  if (looksLikeDag(value)) return [{ given: value, node }]
  if (Array.isArray(value) && value.some(looksLikeDag)) return itemsOf(value, node)
  if (!isRecord(value) || !Array.isArray(value.dags) || !value.dags.some(looksLikeDag)) return []
  for (const name of Object.keys(value))
    if (name !== 'dags' && !name.startsWith('x-'))
      faults.push(
        fault(`there is no field '${name}' beside dags: what several DAGs share may stand under a name that begins with x-`, placeOf(node, [name], lines)),
      )
  return itemsOf(value.dags, isMap(node) ? (node.get('dags', true) as AnyNode) : null)
}

const itemsOf = (values: readonly unknown[], node: AnyNode): readonly Given[] =>
  values.map((given, at) => ({ given, node: isSeq(node) ? ((node.items[at] ?? null) as AnyNode) : null }))

const readDag = (given: unknown, node: AnyNode, lines: LineCounter, read: { dags: DataFile['dags'][number][]; faults: ImportFault[] }): void => {
  const name = isRecord(given) && typeof given.dagId === 'string' ? `dag '${given.dagId}': ` : ''
  const refuse = (path: string, message: string, segments: readonly (string | number)[]): void => {
    read.faults.push(fault(`${name}${path === '' ? '' : `${path}: `}${message}`, placeOf(node, segments, lines)))
  }
  const normal = normalDag(given)
  if (!normal.ok) {
    for (const problem of normal.problems) refuse(problem.path, problem.message, segmentsOf(problem, given))
    return
  }
  const { dag } = normal
  let isGood = true
  for (const { taskId, operator, needsCode } of dag.tasks) {
    const message = codeProblem(operator, needsCode)
    if (message === null) continue
    isGood = false
    refuse(`tasks.${taskId}.operator`, message, segmentsOf({ path: `tasks.${taskId}.operator`, message, taskId }, given))
  }
  for (const [index, watch] of dag.watches.entries()) {
    if (!watch.needsCode) continue
    isGood = false
    refuse(`watches[${index}].needsCode`, 'a watch with code needs a TypeScript file: write filter and extra as expressions, or the DAG there', [
      'watches',
      index,
      'needsCode',
    ])
  }
  if (read.dags.some(({ definition }) => definition.dagId === dag.dagId))
    refuse('', `the file defines dag '${dag.dagId}' twice: give each its own id`, ['dagId'])
  else if (isGood) read.dags.push({ definition: dag, compact: compactDag(dag) })
}

const known = Object.keys(operatorTemplateFields).filter((operator) => !alwaysNeedsCode(operator))

const codeProblem = (operator: string, needsCode: boolean): string | null => {
  if (needsCode || alwaysNeedsCode(operator)) return `a task of operator '${operator}' with code needs a TypeScript file: write the DAG there`
  return known.includes(operator) ? null : `there is no operator '${operator}'${didYouMean(operator, known)}`
}

/** `tasks.load.rows.retries` -> tasks, the index of task `load.rows`, retries. */
const segmentsOf = ({ path, taskId }: Problem, given: unknown): readonly (string | number)[] => {
  const tasks = isRecord(given) && Array.isArray(given.tasks) ? (given.tasks as readonly unknown[]) : []
  const index = taskId === null || !path.startsWith(`tasks.${taskId}`) ? -1 : tasks.findIndex((task) => isRecord(task) && task.taskId === taskId)
  const rest = index < 0 ? path : path.slice(`tasks.${taskId}`.length)
  const segments = [...rest.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, at, name]) => (at === undefined ? (name ?? '') : Number(at)))
  return index < 0 ? segments : ['tasks', index, ...segments]
}

/** The place of the deepest part of the path that the file has. */
const placeOf = (node: AnyNode, segments: readonly (string | number)[], lines: LineCounter): Pick<ImportFault, 'line' | 'column'> => {
  let at = node
  let offset = node?.range?.[0]
  for (const segment of segments) {
    if (isMap(at)) {
      const pair = at.items.find(({ key }) => isScalar(key) && key.value === segment)
      if (pair === undefined) break
      offset = (pair.key as Node).range?.[0] ?? offset
      at = pair.value as AnyNode
    } else if (isSeq(at) && typeof segment === 'number') {
      at = (at.items[segment] ?? null) as AnyNode
      offset = at?.range?.[0] ?? offset
    } else break
  }
  return offset === undefined ? { line: null, column: null } : placeIn(lines, offset)
}
