import { MillraceError } from '../core/errors.ts'
import { link } from './link.ts'
import type { Step, Steps } from './task.ts'

/**
 * Puts tasks and groups one behind the other: `chain(a, [b, c], d)` is Airflow's `a >> [b, c] >> d`. Two lists in a row must be equally long and are
 * paired: `chain([a, b], [c, d])` is `a >> c` and `b >> d`. Of a group the roots come after what stands before it, the leaves before what stands behind.
 */
export const chain = (...steps: readonly Steps[]): void => {
  for (let i = 1; i < steps.length; i++) {
    const [from, to] = [steps[i - 1] as Steps, steps[i] as Steps]
    if (!isList(from) || !isList(to)) {
      for (const upstream of listed(from)) for (const downstream of listed(to)) link(upstream, downstream)
      continue
    }
    if (from.length !== to.length)
      throw new MillraceError(
        'bad_dag',
        `chain: two lists in a row are paired and must be equally long, these have ${from.length} and ${to.length} tasks. Use a.before([...]) for each otherwise`,
      )
    from.forEach((upstream, at) => {
      const downstream = to[at]
      if (downstream !== undefined) link(upstream, downstream)
    })
  }
}

const isList = (steps: Steps): steps is readonly Step[] => Array.isArray(steps)
const listed = (steps: Steps): readonly Step[] => (isList(steps) ? steps : [steps])
