import { Command, InvalidArgumentError } from 'commander'
import type { ClearTaskInstances } from '../../../schemas/http/changes.ts'
import type { Cli } from '../cli.ts'
import { findRun } from '../find-run.ts'
import { path } from '../http/api.ts'
import { isoInstant, jsonOption, wholeNumber } from '../options.ts'
import { printTouched, type TouchedAnswer } from '../print/touched.ts'
import { dryRunOption, type Selection, selectionBody, withSelection } from '../selection.ts'

interface Options extends Selection {
  readonly run?: string
  readonly from?: string
  readonly to?: string
  readonly mapIndex?: number
  readonly onlyFailed?: boolean
  readonly onlyRunning?: boolean
  readonly latestVersion?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export const tasksClear = (cli: Cli): Command =>
  withSelection(
    new Command('clear')
      .description('clear task instances: their tries stay in the history, they run again with fresh retries')
      .argument('<dag>', 'DAG id')
      .argument('[task...]', 'task ids; all tasks when left out')
      .option('--run <id>', 'in this run (or `latest`)')
      .option('--from <iso>', 'in all runs from this logical date on', isoInstant)
      .option('--to <iso>', 'in all runs up to this logical date', isoInstant)
      .option('--map-index <n>', 'only this instance of mapped tasks', wholeNumber(0, 1_000_000))
      .option('--only-failed', 'only failed and upstream_failed ones')
      .option('--only-running', 'only running ones: they are stopped and start again')
      .option('--latest-version', "go on with the DAG's newest version instead of the run's own"),
  )
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action(async (dagId: string, tasks: readonly string[], options: Options) => {
      const body = await bodyOf(cli, dagId, tasks, options)
      const answer = await cli.api.send<TouchedAnswer>('POST', path`/api/v2/dags/${dagId}/clearTaskInstances`, body)
      printTouched(cli, options.json, answer, { done: 'cleared', dryRun: options.dryRun })
    })

const bodyOf = async (cli: Cli, dagId: string, tasks: readonly string[], options: Options): Promise<ClearTaskInstances> => {
  const { run, from, to, mapIndex } = options
  if (run === undefined && from === undefined && to === undefined)
    throw new InvalidArgumentError('Say in which runs: --run <id>, or --from <date> and --to <date>.')
  if (run !== undefined && (from !== undefined || to !== undefined))
    throw new InvalidArgumentError('--run names one run, --from and --to several: give one or the other.')
  if (mapIndex !== undefined && tasks.length === 0) throw new InvalidArgumentError('--map-index needs a task.')
  return {
    dry_run: options.dryRun === true,
    only_failed: options.onlyFailed === true,
    ...(options.onlyRunning ? { only_running: true } : {}),
    ...(options.latestVersion ? { run_on_latest_version: true } : {}),
    ...(run === undefined ? {} : { dag_run_id: (await findRun(cli.api, dagId, run)).dag_run_id }),
    ...(from === undefined ? {} : { start_date: from }),
    ...(to === undefined ? {} : { end_date: to }),
    ...(tasks.length === 0 ? {} : { task_ids: tasks.map((task) => (mapIndex === undefined ? task : ([task, mapIndex] as const))) }),
    ...selectionBody(options),
  }
}
