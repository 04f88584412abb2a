import type { TaskInstance } from '../../../schemas/http/task-instances.ts'
import type { Cli } from '../cli.ts'
import { paintState } from './paint.ts'
import { table } from './table.ts'

export interface TouchedAnswer {
  readonly task_instances: readonly TaskInstance[]
  readonly total_entries: number
}

/** The instances that a clear or a mark touched, or would touch. */
export const printTouched = (
  cli: Cli,
  json: boolean | undefined,
  answer: TouchedAnswer,
  said: { readonly done: string; readonly dryRun: boolean | undefined },
): void => {
  if (json) return cli.print(JSON.stringify(answer, null, 2))
  const { task_instances, total_entries } = answer
  const count = `${total_entries} task instance${total_entries === 1 ? '' : 's'}`
  if (task_instances.length > 0)
    cli.print(
      table(task_instances, [
        { heading: 'RUN', of: ({ dag_run_id }) => dag_run_id },
        { heading: 'TASK', of: ({ task_id, map_index }) => (map_index < 0 ? task_id : `${task_id}[${map_index}]`) },
        { heading: 'STATE', of: ({ state }) => paintState(cli.paint, state) },
        { heading: 'TRY', of: ({ try_number }) => try_number, align: 'right' },
      ]),
    )
  if (total_entries > task_instances.length) cli.note(`${total_entries - task_instances.length} more are not listed`)
  cli.note(said.dryRun ? `${count} would be ${said.done}; nothing was changed` : `${count} ${said.done}`)
}
