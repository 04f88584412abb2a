import type { TaskContext } from '../context.ts'
import { type FunctionTaskOptions, inputKind, type NoInputs, optionsAndFunction } from '../function-task.ts'
import { makeTask } from '../make-task.ts'
import { named } from '../options.ts'
import type { Inputs, MappableTask, Step } from '../task.ts'

/** A task, a group, or the id of one (with the ids of the groups around it). */
export type Choice = string | Step
export type Choices = Choice | readonly Choice[] | null

interface MakeBranch {
  (taskId: string, run: (context: TaskContext<NoInputs>) => Choices | Promise<Choices>): MappableTask<readonly string[]>
  <I extends Inputs = NoInputs>(
    taskId: string,
    options: FunctionTaskOptions<I>,
    run: (context: TaskContext<I>) => Choices | Promise<Choices>,
  ): MappableTask<readonly string[]>
}

/**
 * A task whose function chooses which of the tasks directly behind it run: one, several, those of a group, or none (null). The others are skipped, except
 * those that are also behind a chosen one. Join branches with the rule `none_failed_min_one_success`.
 * @example
 * const choose = branch('choose', ({ logicalDate }) => (logicalDate.getUTCDay() === 1 ? weekly : daily))
 * choose.before(daily, weekly)
 */
export const branch: MakeBranch = (taskId: string, optionsOrRun: unknown, maybeRun?: unknown) => {
  const { options, run } = optionsAndFunction<FunctionTaskOptions<Inputs>>(named('task', taskId), optionsOrRun, maybeRun)
  return makeTask<readonly string[]>({
    operator: 'branch',
    taskId,
    options: { ...options },
    ownOptions: { inputs: inputKind },
    ...(options.inputs === undefined ? {} : { inputs: options.inputs }),
    code: { run },
  })
}
