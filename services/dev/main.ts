import { Command } from 'commander'
import { ensureError, MillraceError } from '../core/errors.ts'
import { type BackgroundMessage, backgroundFlag, startInBackground } from './detach.ts'
import { down } from './down.ts'
import { dataDirOf, type RawOptions, startOptions } from './options.ts'
import { startInForeground } from './start.ts'
import { status } from './status.ts'
import { openTerminal, type Terminal } from './terminal.ts'

const terminal = openTerminal()
const argv = process.argv.slice(2)

const tell = (message: BackgroundMessage): void => {
  if (process.connected) process.send?.(message)
}

/** Also tells whoever waits in the foreground; services' lines stay in the log. */
const backgroundTerminal: Terminal = {
  ...terminal,
  say: (text) => {
    terminal.say(text)
    tell({ type: 'said', text })
  },
}

const start = async (raw: RawOptions & { inBackground?: boolean }): Promise<void> => {
  const options = startOptions(raw, process.env)
  if (raw.inBackground) {
    await startInForeground(options, process.env, backgroundTerminal, { onReady: () => tell({ type: 'ready' }) }).catch((thrown) => {
      tell({ type: 'failed', text: ensureError(thrown).message })
      throw thrown
    })
  } else if (options.detach) await startInBackground(options, argv, terminal)
  else await startInForeground(options, process.env, terminal)
}

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value]

const program = new Command('millrace').description('Millrace on this machine: Kafka, Postgres, schema registry and all services.')

program
  .command('start', { isDefault: true })
  .alias('up')
  .description('start everything (the servers named by KAFKA_BROKERS, DATABASE_URL, SCHEMA_REGISTRY_URL are used instead of own ones)')
  .option('--port <port>', 'port of the web page and the API (default: the one used last, else 8080)')
  .option('--data-dir <dir>', 'where data and logs are kept (default: .millrace)')
  .option('--dags <dir>', 'folder of DAG files, may be repeated (default: the examples in dags/)', collect, [])
  .option('--detach', 'return once it is ready; "down" ends it')
  .option('--reset', 'forget all data first')
  .option('--separate', 'each service in a process of its own')
  .option('--no-example', 'do not unpause and run the first example')
  .addOption(program.createOption(backgroundFlag).hideHelp())
  .action(start)

const dataDirOption = ['--data-dir <dir>', 'its data directory (default: .millrace)'] as const

program
  .command('down')
  .description('end what "start --detach" has started')
  .option(...dataDirOption)
  .action((raw: RawOptions) => down(dataDirOf(raw.dataDir, process.env), terminal))

program
  .command('status')
  .description('what runs; exit code 0 when ready, 1 while it starts or stops, 3 when nothing runs')
  .option(...dataDirOption)
  .option('--json', 'as JSON')
  .action(async (raw: RawOptions & { json?: boolean }) => {
    process.exitCode = await status(dataDirOf(raw.dataDir, process.env), raw.json ?? false, terminal, (text) => void process.stdout.write(text))
  })

program.parseAsync(argv, { from: 'user' }).then(
  () => process.exit(),
  (thrown: unknown) => {
    const error = ensureError(thrown)
    process.stderr.write(error instanceof MillraceError ? `millrace: ${error.message}\n` : `${error.stack ?? error.message}\n`)
    process.exit(1)
  },
)
