/** `millrace dags test FILE|ID`: one whole run of a DAG in this process, without a broker. Exit code 1 when the run fails, 2 for wrong usage. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { JsonObject } from '../../core/dag.ts'
import { ensureError } from '../../core/errors.ts'
import { normalInstant } from '../../core/normal-instant.ts'
import { paintFor } from '../log-line.ts'
import { exampleFolder } from '../options.ts'
import { executeHere, waitHere } from './execute-here.ts'
import { findDag } from './find-dag.ts'
import { onlyTask } from './only-task.ts'
import { jsonReport, textReport } from './report-run.ts'
import { testRun } from './test-run.ts'

interface Options {
  readonly date?: string
  readonly conf: JsonObject
  readonly dag?: string
  readonly task?: string
  readonly dags?: readonly string[]
  readonly wait: boolean
  readonly json?: boolean
}

const jsonObject = (text: string): JsonObject => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new InvalidArgumentError(`It is no JSON: ${ensureError(error).message}.`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InvalidArgumentError(`Give a JSON object: '{"key": "value"}'.`)
  return value as JsonObject
}

const writeOut = process.stdout.write.bind(process.stdout)
const print = (text: string): void => void writeOut(`${text}\n`)
const note = (text: string): void => void process.stderr.write(`${text}\n`)

const run = async (target: string, options: Options): Promise<void> => {
  // What tasks print themselves must not stand among the JSON.
  if (options.json) process.stdout.write = process.stderr.write.bind(process.stderr)
  // Stack traces name the DAG file, not its bundle.
  process.setSourceMapsEnabled(true)
  const workFolder = mkdtempSync(join(tmpdir(), 'millrace-dag-test-'))
  process.on('exit', () => rmSync(workFolder, { recursive: true, force: true }))
  const folders = options.dags ?? process.env.MILLRACE_DAGS?.split(':').filter(Boolean) ?? [exampleFolder]
  const { definition: whole, dag } = await findDag({ target, dagId: options.dag, folders: folders.map((folder) => resolve(folder)), workFolder })
  const definition = options.task === undefined ? whole : onlyTask(whole, options.task)
  const logicalDate = options.date === undefined ? Date.now() : normalInstant(options.date, definition.timezone)
  if (typeof logicalDate === 'string') throw new InvalidArgumentError(`--date ${logicalDate}`)
  const report = options.json ? jsonReport(print, note) : textReport(print, paintFor(process.stdout, process.env), Date.now)
  const finished = await testRun(
    { definition, dag, logicalDate, conf: options.conf, noWait: !options.wait },
    {
      now: Date.now,
      sleep: (delayMs) => delay(delayMs),
      execute: executeHere({ env: process.env, xcomFolder: join(workFolder, 'xcom'), log: report.log }),
      waitFor: waitHere({ env: process.env, log: report.log }, !options.wait),
      onEvent: report.event,
    },
  )
  report.end(finished)
  process.exitCode = finished.state === 'success' ? 0 : 1
}

const program = new Command('millrace dags test')
  .description('Run a DAG once in this process, without a broker: its tasks one after the other.')
  .argument('<dag>', 'a DAG file, or the id of a DAG in the folders of --dags')
  .option('--date <iso>', "logical date, in the DAG's time zone; now when left out")
  .option('--conf <json>', 'conf of the run, a JSON object', jsonObject, {})
  .option('--dag <id>', 'which one, when the file holds several')
  .option('--task <id>', 'this task alone, without its upstreams and retries')
  .option('--dags <dir...>', 'folders to look for an id in (default: MILLRACE_DAGS, else the examples)')
  .option('--no-wait', 'retry and poke at once instead of after their delay')
  .option('--json', 'print a JSON object for each task that ends, and one for the run')
  .exitOverride()
  .action(run)

// A task may have left timers or sockets behind: the run is over, so is this process, once its output is written.
const leave = (): void => void writeOut('', () => process.exit())

try {
  await program.parseAsync()
} catch (thrown) {
  const error = ensureError(thrown)
  if (error instanceof CommanderError && !(error instanceof InvalidArgumentError)) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    note(`millrace: ${error.message}`)
    process.exitCode = error instanceof InvalidArgumentError ? 2 : 1
  }
}
leave()
