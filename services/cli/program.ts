import { Command } from 'commander'
import type { Cli } from './cli.ts'
import { backfillCancel, backfillPause, backfillResume } from './commands/backfill-change.ts'
import { backfillCreate } from './commands/backfill-create.ts'
import { backfillList, backfillShow } from './commands/backfill-list.ts'
import { dagsList } from './commands/dags-list.ts'
import { dagsNextRuns } from './commands/dags-next-runs.ts'
import { dagsPause, dagsUnpause } from './commands/dags-pause.ts'
import { dagsShow } from './commands/dags-show.ts'
import { dagsTest } from './commands/dags-test.ts'
import { dagsTrigger } from './commands/dags-trigger.ts'
import { datasetsEvents, datasetsList, datasetsPublish, datasetsWaits } from './commands/datasets.ts'
import { runsNote, tasksNote } from './commands/note.ts'
import { poolsDelete, poolsList, poolsSet } from './commands/pools.ts'
import { runsClear } from './commands/runs-clear.ts'
import { runsList } from './commands/runs-list.ts'
import { runsMark } from './commands/runs-mark.ts'
import { runsShow } from './commands/runs-show.ts'
import { schedulePreview } from './commands/schedule-preview.ts'
import { dbRebuild, down, repair, start, status } from './commands/stack.ts'
import { tasksClear } from './commands/tasks-clear.ts'
import { tasksList } from './commands/tasks-list.ts'
import { tasksLogs } from './commands/tasks-logs.ts'
import { tasksMark } from './commands/tasks-mark.ts'
import { tasksTest } from './commands/tasks-test.ts'
import { tasksWhy } from './commands/tasks-why.ts'
import { triggerer } from './commands/triggerer.ts'
import { worker } from './commands/worker.ts'
import { workersList } from './commands/workers.ts'

/** The tree of commands. */
export const makeProgram = (cli: Cli, version: string): Command => {
  const program = new Command('millrace')
    .description('Millrace: DAGs on Kafka.')
    .version(version)
    .showSuggestionAfterError()
    .addHelpText('after', `\nThe API is asked at ${cli.api.url} (MILLRACE_URL). Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 nobody answers.`)
  // Options behind a subcommand's name are its own, also where two share one.
  program.enablePositionalOptions()
  const group = (name: string, description: string, ...commands: readonly Command[]): void => {
    const parent = new Command(name).description(description)
    for (const command of commands) parent.addCommand(command)
    program.addCommand(parent)
  }
  const dags = [dagsList(cli), dagsShow(cli), dagsNextRuns(cli), dagsTrigger(cli), dagsPause(cli), dagsUnpause(cli), dagsTest(cli)]
  group('dags', 'DAGs: list, show, next-runs, trigger, pause, unpause, test', ...dags)
  group('runs', 'runs of DAGs: list, show, clear, mark, note', runsList(cli), runsShow(cli), runsClear(cli), runsMark(cli), runsNote(cli))
  const tasks = [tasksList(cli), tasksLogs(cli), tasksWhy(cli), tasksClear(cli), tasksMark(cli), tasksNote(cli), tasksTest(cli)]
  group('tasks', 'tasks and their logs: list, logs, why, clear, mark, note, test', ...tasks)
  const backfills = [backfillCreate(cli), backfillList(cli), backfillShow(cli), backfillPause(cli), backfillResume(cli), backfillCancel(cli)]
  group('backfill', 'runs over a range of dates: create, list, show, pause, resume, cancel', ...backfills)
  const datasets = [datasetsList(cli), datasetsEvents(cli), datasetsPublish(cli), datasetsWaits(cli)]
  group('datasets', 'datasets and their events: list, events, publish, waits', ...datasets)
  group('pools', 'pools of slots: list, set, delete', poolsList(cli), poolsSet(cli), poolsDelete(cli))
  group('schedule', 'schedules: preview', schedulePreview(cli))
  group('workers', 'workers: list', workersList(cli))
  group('db', 'the database behind the page: rebuild', dbRebuild(cli))
  for (const command of [worker(cli), triggerer(cli), start(cli), down(cli), status(cli), repair(cli)]) program.addCommand(command)
  return program
}
