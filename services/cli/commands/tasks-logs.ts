import { Command } from 'commander'
import type { LogMessage } from '../../../schemas/http/logs.ts'
import type { TaskInstance } from '../../../schemas/http/task-instances.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Cli } from '../cli.ts'
import { findRun, runArgument } from '../find-run.ts'
import { path } from '../http/api.ts'
import { serverSentEvents } from '../http/server-sent-events.ts'
import { wholeNumber } from '../options.ts'

interface Options {
  readonly try?: number
  readonly mapIndex: number
  readonly follow?: boolean
  readonly timestamps: boolean
  readonly json?: boolean
}

interface Try {
  readonly dagId: string
  readonly runId: string
  readonly taskId: string
  readonly tryNumber: number
  readonly mapIndex: number
}

export const tasksLogs = (cli: Cli): Command =>
  new Command('logs')
    .description("print a task's log")
    .argument('<dag>', 'DAG id')
    .addArgument(runArgument())
    .argument('<task>', 'task id')
    .option('--try <n>', 'which try; the last one when left out', wholeNumber(1, 1_000_000))
    .option('--map-index <n>', 'which instance of a mapped task', wholeNumber(-1, 1_000_000), -1)
    .option('-f, --follow', 'print on as it is written, until the try is over')
    .option('--no-timestamps', 'print the lines alone')
    .option('--json', 'print each line as a JSON object')
    .action(async (dagId: string, runId: string, taskId: string, options: Options) => {
      const run = await findRun(cli.api, dagId, runId)
      const target = { dagId, runId: run.dag_run_id, taskId, mapIndex: options.mapIndex }
      const tryNumber = options.try ?? (await lastTry(cli, target, options.follow === true))
      const print = printer(cli, options)
      await (options.follow ? follow : printAll)(cli, { ...target, tryNumber }, print)
    })

/** A task that has not started has no log yet; who follows waits for its first try. */
const lastTry = async (cli: Cli, { dagId, runId, taskId, mapIndex }: Omit<Try, 'tryNumber'>, following: boolean): Promise<number> => {
  const at = mapIndex < 0 ? '' : `/${mapIndex}`
  const instance = await cli.api.get<TaskInstance>(`${path`/api/v2/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}`}${at}`)
  if (instance.try_number > 0) return instance.try_number
  if (following && instance.state !== 'skipped' && instance.state !== 'upstream_failed') return 1
  throw new MillraceError('log_not_found', `${taskId} has no log, since it did not run: its state is ${instance.state ?? 'none'}`)
}

type Print = (message: Omit<LogMessage, 'line'>) => void

const printer = (cli: Cli, options: Options): Print => {
  if (options.json) return (message) => cli.print(JSON.stringify(message))
  return ({ timestamp, event, level, stream }) => {
    const text = level === 'error' ? cli.paint('red', event) : stream === 'system' ? cli.paint('grey', event) : event
    cli.print(options.timestamps && timestamp !== null ? `${cli.paint('grey', timestamp)} ${text}` : text)
  }
}

const printAll = async (cli: Cli, { dagId, runId, taskId, tryNumber, mapIndex }: Try, print: Print): Promise<void> => {
  const log = path`/api/v2/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}/logs/${tryNumber}`
  let token: string | undefined
  for (;;) {
    const { content, continuation_token } = await cli.api.get<{ readonly content: readonly LogMessage[]; readonly continuation_token: string | null }>(log, {
      map_index: mapIndex,
      token,
    })
    for (const message of content) print(message)
    // A try that still runs always has a token: what there is by now was printed.
    if (continuation_token === null || content.length === 0) return
    token = continuation_token
  }
}

const follow = async (cli: Cli, { dagId, runId, taskId, tryNumber, mapIndex }: Try, print: Print): Promise<void> => {
  const stream = path`/ui/logs/${dagId}/${runId}/${taskId}/${tryNumber}/stream`
  let from = 0
  for (;;) {
    for await (const { event, data } of serverSentEvents(await cli.api.stream(stream, { map_index: mapIndex, from }))) {
      if (event === 'end') return
      if (event !== 'lines') continue
      for (const message of (JSON.parse(data) as { readonly lines: readonly LogMessage[] }).lines) {
        if (message.line < from) continue
        print(message)
        from = message.line + 1
      }
    }
    // The stream broke off (the API was started again): go on behind the last line.
  }
}
