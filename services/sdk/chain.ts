import { MillraceError } from '../core/errors.ts'
import { isTask, link, type TaskOrTasks } from './task.ts'

/**
 * Puts tasks one behind the other: `chain(a, [b, c], d)` is Airflow's `a >> [b, c] >> d`. Two lists in a row must be equally long and are paired:
 * `chain([a, b], [c, d])` is `a >> c` and `b >> d`.
 */
export const chain = (...steps: readonly TaskOrTasks[]): void => {
  for (let i = 1; i < steps.length; i++) {
    const [from, to] = [steps[i - 1] as TaskOrTasks, steps[i] as TaskOrTasks]
    if (isTask(from) || isTask(to)) {
      for (const upstream of listed(from)) for (const downstream of listed(to)) link(upstream, downstream)
      continue
    }
    const [above, below] = [listed(from), listed(to)]
    if (above.length !== below.length)
      throw new MillraceError(
        'bad_dag',
        `chain: two lists in a row are paired and must be equally long, these have ${above.length} and ${below.length} tasks. Use a.before([...]) for each otherwise`,
      )
    above.forEach((upstream, at) => {
      const downstream = below[at]
      if (downstream !== undefined) link(upstream, downstream)
    })
  }
}

const listed = (step: TaskOrTasks) => (isTask(step) ? [step] : step)
