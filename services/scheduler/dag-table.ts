/** Topic `dags` as a table: the newest version of each DAG, and since when it stands there. */
import type { DagVersion } from '../../schemas/generated/records.ts'
import { columnOf } from '../core/column.ts'
import type { DagDefinition } from '../core/dag.ts'
import { dagRowProblem } from '../core/dag-row.ts'
import { MillraceError } from '../core/errors.ts'
import type { Input } from '../core/events.ts'
import { normalDag, problemText } from '../core/normal-dag.ts'
import type { Codec } from '../platform/bus/codec-port.ts'
import type { Incoming } from '../platform/bus/port.ts'

export interface TableRow {
  readonly offset: number
  readonly dag: { readonly row: DagVersion; readonly definition: DagDefinition } | null
}

export interface DagTable {
  /** Takes a record in; answers the DAG it changes, or null. Throws `bad_dag` or `undecodable` for one that cannot be used. */
  take(record: Incoming): string | null
  /** The input that brings a column to what the table says of one DAG. */
  input(dagId: string): Input
  /** What the table says to a column whose state knows `known` DAGs, as inputs in table order. */
  inputsFor(column: number, columns: number, known: Iterable<string>): readonly Input[]
}

export const makeDagTable = (codec: Codec): DagTable => {
  const rows = new Map<string, TableRow>()
  /** Keys whose newest record cannot be used: the columns go on with what they have. */
  const unusable = new Set<string>()
  let end = 0
  const input = (dagId: string): Input => {
    const row = rows.get(dagId)
    return { kind: 'dag', dagId, tableOffset: row?.offset ?? end, dag: row?.dag ?? null }
  }
  return {
    take(record) {
      end = record.offset + 1
      const { key } = record
      if (key === null || key.includes('@') || key.startsWith('file:')) return null
      unusable.add(key)
      rows.set(key, { offset: record.offset, dag: record.value === null ? null : readRow(codec, key, record.value) })
      unusable.delete(key)
      return key
    },
    input,
    inputsFor(column, columns, known) {
      const mine = [...rows].filter(([dagId]) => columnOf(dagId, columns) === column).sort(([, a], [, b]) => a.offset - b.offset)
      // A DAG that the column knows and the table does not: its tombstone was compacted away.
      const gone = [...known].filter((dagId) => !rows.has(dagId) && !unusable.has(dagId))
      return [...mine.map(([dagId]) => input(dagId)), ...gone.map(input)]
    },
  }
}

const readRow = (codec: Codec, key: string, value: Buffer): TableRow['dag'] => {
  const row = codec.decode('DagVersion', value)
  if (row.dagId !== key) throw new MillraceError('bad_dag', `record with key ${key} holds DAG ${row.dagId}: key and dagId must be the same`)
  const problem = dagRowProblem(row)
  if (problem !== null) throw new MillraceError('bad_dag', `DAG ${key}: ${problem}`)
  const parsed = normalDag(parseJson(row.definition, key))
  if (!parsed.ok) throw new MillraceError('bad_dag', `DAG ${key}: ${problemText(parsed.problems)}`)
  if (parsed.dag.dagId !== key) throw new MillraceError('bad_dag', `record with key ${key} defines DAG ${parsed.dag.dagId}: they must be the same`)
  return { row, definition: parsed.dag }
}

const parseJson = (text: string, key: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MillraceError('bad_dag', `DAG ${key}: its definition is no JSON`, { cause })
  }
}
