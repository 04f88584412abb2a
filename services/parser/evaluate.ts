/**
 * A process that imports one bundle and tells what DAGs are in it: `node evaluate.js <bundle> <limit in ms>`, started by run-evaluation.ts. Here runs
 * code of users: it may loop, exit, throw later, or replace globals; whatever it does costs this process alone.
 */
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { ensureError } from '../core/errors.ts'
import { compactDag } from '../core/normal-compact.ts'
import { normalDag } from '../core/normal-dag.ts'
import { type Dag, listMadeDags, placeOf } from '../sdk/dag.ts'
import { collectDags } from '../sdk/runtime/collect-dags.ts'
import type { Evaluated, EvaluatedFault } from './evaluation.ts'

const exit = process.exit.bind(process)
let told = false

const tell = (evaluated: Evaluated): void => {
  if (told) return
  told = true
  // Open timers and connections of the file must not keep the process.
  process.send?.(evaluated, () => exit(0))
}

const tellFault = (message: string, stack: string | null): void => tell({ dags: [], faults: [{ message, stack }] })

const tellThrown = (thrown: unknown): void => {
  const error = ensureError(thrown)
  tellFault(error.name === 'Error' || error.name === 'MillraceError' ? error.message : `${error.name}: ${error.message}`, error.stack ?? null)
}

const endings = (): void => {
  process.on('uncaughtException', tellThrown)
  process.on('unhandledRejection', tellThrown)
  process.on('beforeExit', () => tellFault('a top-level await of the file never ends: nothing is left that could end it', null))
  process.on('disconnect', () => exit(1))
  // Listening makes the channel count as work to do; then the file's own end would never be seen.
  process.channel?.unref()
  process.exit = ((code?: number): never => {
    const { stack } = new Error('process.exit')
    tellFault(`the file ends the process (exit code ${code ?? 0}) while it is imported: leave process.exit out of DAG files`, stack ?? null)
    // What comes after process.exit must not run; the process ends when the parser has been told.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    return exit(code)
  }) as typeof process.exit
}

const faultOf = (dag: Dag, message: string, taskId: string | null = null): EvaluatedFault => ({ message, stack: placeOf(dag, taskId).stack ?? null })

const read = (exported: readonly Dag[], made: readonly Dag[]): Evaluated => {
  const dags: Evaluated['dags'][number][] = []
  const faults: EvaluatedFault[] = []
  const ids = new Set<string>()
  for (const dag of exported) {
    if (ids.has(dag.dagId)) {
      faults.push(faultOf(dag, `the file defines dag '${dag.dagId}' twice: give each its own id`))
      continue
    }
    ids.add(dag.dagId)
    const normal = normalDag(dag.spec())
    if (normal.ok) dags.push(compactDag(normal.dag))
    else
      for (const { path, message, taskId } of normal.problems)
        faults.push(faultOf(dag, `dag '${dag.dagId}': ${path === '' ? '' : `${path}: `}${message}`, taskId))
  }
  for (const dag of made)
    if (!exported.includes(dag))
      faults.push(faultOf(dag, `dag '${dag.dagId}' is not exported: write export default dag('${dag.dagId}', ...), or export const ...`))
  return { dags, faults }
}

const run = async (file: string, limitMs: number): Promise<void> => {
  const watchdog = new Worker(new URL('./watchdog.js', import.meta.url), { workerData: { limitMs } })
  watchdog.unref()
  endings()
  Error.stackTraceLimit = 30
  const made = listMadeDags()
  try {
    const exported = collectDags(await import(pathToFileURL(file).href))
    tell(read(exported, made))
  } catch (thrown) {
    tellThrown(thrown)
  }
}

const [, , file = '', limitMs = ''] = process.argv
await run(file, Number(limitMs))
