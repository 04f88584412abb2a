import type { TaskInstance } from '../../../schemas/http/task-instances.ts'
import { type Paint, paintState } from './paint.ts'
import { table } from './table.ts'
import { shortDuration, shortTime } from './time.ts'

/** Task instances of one run. */
export const instanceTable = (paint: Paint, instances: readonly TaskInstance[]): string =>
  table(instances, [
    { heading: 'TASK', of: ({ task_id, map_index }) => (map_index < 0 ? task_id : `${task_id}[${map_index}]`) },
    { heading: 'STATE', of: ({ state }) => paintState(paint, state) },
    { heading: 'TRY', of: ({ try_number, max_tries }) => `${try_number}/${max_tries}`, align: 'right' },
    { heading: 'START', of: ({ start_date }) => shortTime(start_date) },
    { heading: 'DURATION', of: ({ duration }) => shortDuration(duration), align: 'right' },
    { heading: 'OPERATOR', of: ({ operator }) => operator },
    { heading: 'QUEUE', of: ({ queue }) => queue },
    { heading: 'REASON', of: ({ reason }) => reason },
  ])
