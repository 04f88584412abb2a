import { MillraceError } from '../../core/errors.ts'

export const noDag = (dagId: string): MillraceError =>
  new MillraceError('dag_not_found', `There is no DAG ${dagId}. See the list of DAGs, or the import errors if its file is new.`)

export const noRun = (dagId: string, runId: string): MillraceError =>
  new MillraceError('run_not_found', `DAG ${dagId} has no run ${runId}. See its list of runs.`)

export const noTask = (dagId: string, runId: string, taskId: string, mapIndex: number): MillraceError =>
  new MillraceError(
    'task_not_found',
    `Run ${runId} of DAG ${dagId} has no task instance ${taskId}${mapIndex < 0 ? '' : ` with map index ${mapIndex}`}. See its list of task instances.`,
  )
