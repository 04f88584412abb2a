import { Command } from 'commander'
import type { Cli } from '../cli.ts'

/** One task in this process, like `dags test`: everything behind the task's id is handed over as it stands. */
export const tasksTest = (cli: Cli): Command =>
  new Command('test')
    .description('run one task once in this process, without a broker and without its upstreams')
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('<dag>', 'a DAG file, or the id of a DAG')
    .argument('<task>', 'task id')
    .argument('[options...]', 'those of `millrace dags test`: --date, --conf, --dags, --no-wait, --json')
    .action(async (dag: string, task: string, options: readonly string[]) => cli.become('dag-test', [dag, ...options, '--task', task]))
