import { Command } from 'commander'
import type { Cli } from './cli.ts'
import { dagsList } from './commands/dags-list.ts'
import { dagsPause, dagsUnpause } from './commands/dags-pause.ts'
import { dagsTest } from './commands/dags-test.ts'
import { dagsTrigger } from './commands/dags-trigger.ts'
import { runsList } from './commands/runs-list.ts'
import { runsShow } from './commands/runs-show.ts'
import { dbRebuild, down, repair, start, status } from './commands/stack.ts'
import { tasksList } from './commands/tasks-list.ts'
import { tasksLogs } from './commands/tasks-logs.ts'
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
  group('dags', 'DAGs: list, trigger, pause, unpause, test', dagsList(cli), dagsTrigger(cli), dagsPause(cli), dagsUnpause(cli), dagsTest(cli))
  group('runs', 'runs of DAGs: list, show', runsList(cli), runsShow(cli))
  group('tasks', 'tasks and their logs: list, logs', tasksList(cli), tasksLogs(cli))
  group('workers', 'workers: list', workersList(cli))
  group('db', 'the database behind the page: rebuild', dbRebuild(cli))
  for (const command of [worker(cli), start(cli), down(cli), status(cli), repair(cli)]) program.addCommand(command)
  return program
}
