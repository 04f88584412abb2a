/** Triggers that authors write themselves: functions of the DAG's code that run in a process beside the triggerer, thousands in one event loop. */
import type { Json } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import { shown } from '../../core/normal-kinds.ts'
import { idProblem } from '../../core/normal-names.ts'
import type { Connection } from '../connections.ts'
import type { RunInfo, TaskInfo, TaskLog } from '../context.ts'
import { given } from '../task-options.ts'
import { type TriggerSpec, triggerSpec } from './trigger-spec.ts'

/** What a trigger's function gets beside its arguments. */
export interface TriggerContext {
  readonly run: RunInfo
  readonly task: TaskInfo
  readonly log: TaskLog
  connection(id: string): Promise<Connection>
  variable(key: string): Promise<string>
  /** Waits without holding anything up; rejects when the trigger is given up. */
  sleep(ms: number): Promise<void>
  /** Aborts when nobody waits for the event any more. */
  readonly signal: AbortSignal
}

export type TriggerFunction = (args: never, context: TriggerContext) => unknown

export interface MadeTrigger {
  readonly name: string
  readonly run: TriggerFunction
}

const madeKey = Symbol.for('millrace.madeTriggers')
const made = globalThis as { [madeKey]?: MadeTrigger[] | undefined }

/** From here on every trigger made is listed: the code of a DAG names them. */
export const listMadeTriggers = (): MadeTrigger[] => {
  made[madeKey] ??= []
  return made[madeKey]
}

/**
 * A trigger of your own: what the function returns (JSON) is the event that the deferred task gets. Make it at the top of the DAG's file. It may run
 * twice, and it must not block: await what takes time.
 * @example
 * const rowArrives = trigger('row_arrives', async ({ table }: { table: string }, { sleep }) => {
 *   for (;;) {
 *     const row = await newestOf(table)
 *     if (row) return row
 *     await sleep(1000)
 *   }
 * })
 * // in a task: defer(rowArrives({ table: 'users' }), { timeout: '1h' })
 */
export const trigger = <A extends object>(name: string, run: (args: A, context: TriggerContext) => unknown): ((args: A) => TriggerSpec) => {
  const problem = idProblem(name)
  if (problem !== null) throw new MillraceError('bad_option', `trigger: its name ${problem}`)
  if (typeof run !== 'function')
    throw new MillraceError('bad_option', `trigger '${name}': its last argument must be the function that it runs, not ${shown(run)}`)
  made[madeKey]?.push({ name, run: run as unknown as TriggerFunction })
  return (args) => {
    if (typeof args !== 'object' || args === null || Array.isArray(args))
      throw new MillraceError('bad_option', `trigger '${name}': its arguments must be an object, not ${shown(args)}`)
    return triggerSpec('custom', given(JSON.parse(JSON.stringify(args)) as { readonly [name: string]: Json }), name)
  }
}
