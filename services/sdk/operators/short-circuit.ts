import { kinds } from '../../core/normal-kinds.ts'
import type { TaskContext } from '../context.ts'
import { type FunctionTaskOptions, inputKind, type NoInputs, optionsAndFunction } from '../function-task.ts'
import { makeTask } from '../make-task.ts'
import { named } from '../options.ts'
import type { Inputs, Jsonified, MappableTask } from '../task.ts'

export interface ShortCircuitOptions<I extends Inputs> extends FunctionTaskOptions<I> {
  /** true (default): everything behind it is skipped, near or far. false: only the tasks directly behind it; those further on follow their trigger rules. */
  readonly ignoreDownstreamTriggerRules?: boolean
}

interface MakeShortCircuit {
  <R>(taskId: string, run: (context: TaskContext<NoInputs>) => R): MappableTask<Jsonified<Awaited<R>>>
  <R, I extends Inputs = NoInputs>(taskId: string, options: ShortCircuitOptions<I>, run: (context: TaskContext<I>) => R): MappableTask<Jsonified<Awaited<R>>>
}

/**
 * A task that lets what is behind it run only when its function returns something truthy.
 * @example shortCircuit('has_rows', { inputs: { rows } }, ({ inputs }) => inputs.rows.length > 0).before(load)
 */
export const shortCircuit: MakeShortCircuit = (taskId: string, optionsOrRun: unknown, maybeRun?: unknown) => {
  const { options, run } = optionsAndFunction<ShortCircuitOptions<Inputs>>(named('task', taskId), optionsOrRun, maybeRun)
  return makeTask({
    operator: 'short_circuit',
    taskId,
    options: { ...options },
    ownOptions: { inputs: inputKind, ignoreDownstreamTriggerRules: kinds.flag },
    args: { ignoreDownstreamTriggerRules: options.ignoreDownstreamTriggerRules },
    ...(options.inputs === undefined ? {} : { inputs: options.inputs }),
    code: { run },
  })
}
