import { present, textOf } from '../one-of.ts'

/** What is selected on a DAG's page: a run, and perhaps a task in it; from there to another, a range. `show` is how many runs the grid has. */
export const selectionSearch = (search: Record<string, unknown>) =>
  present({
    run: textOf(search.run),
    task: textOf(search.task),
    toRun: textOf(search.toRun),
    toTask: textOf(search.toTask),
    show: search.show === 50 || search.show === 100 || search.show === 365 ? search.show : undefined,
  })
