/** `millrace repair`: shows what columns have lost and, when told to, gives it up. A process of its own: it needs Kafka and the registry only. */
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { ensureError, MillraceError } from '../../core/errors.ts'
import { readConfig } from '../../platform/config.ts'
import { CommonConfig } from '../../platform/config-common.ts'
import { makeLog } from '../../platform/log.ts'
import { openPlatform } from '../../platform/open-platform.ts'
import { type Damage, damageLines, findDamage } from './damage.ts'
import { repairColumn } from './repair-column.ts'

const usage = `millrace repair [--column N] [--yes]

Shows the columns that stand still because records are gone that they had not decided about, and gives those up when you agree.
What is given up is lost for good: restore the topic from a backup if there is one.

  --column N  only this column
  --yes       do not ask`

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const columnOf = (text: string | undefined, columns: number): readonly number[] => {
  if (text === undefined) return [...Array(columns).keys()]
  const column = Number(text)
  if (!/^\d+$/.test(text) || column >= columns) throw new MillraceError('bad_request', `--column ${text}: columns go from 0 to ${columns - 1}`)
  return [column]
}

const agreed = async (): Promise<boolean> => {
  if (!process.stdin.isTTY) {
    say('nothing was changed: add --yes to give this up')
    return false
  }
  const prompt = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await prompt.question('Give this up for good? [y/N] ')
  prompt.close()
  return /^y(es)?$/i.test(answer.trim())
}

const run = async (): Promise<number> => {
  const { values } = parseArgs({ options: { column: { type: 'string' }, yes: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } })
  if (values.help) {
    say(usage)
    return 0
  }
  const config = readConfig(CommonConfig, process.env)
  const columns = columnOf(values.column, config.columns)
  const platform = await openPlatform(config, 'repair', makeLog('repair', 'warn'))
  const fail = (error: Error): never => exit(error)
  const damaged: readonly Damage[] = await findDamage(platform, columns, fail)
  if (damaged.length === 0) {
    say('no column has lost anything')
    return 0
  }
  for (const damage of damaged) for (const line of damageLines(damage)) say(line)
  if (!values.yes && !(await agreed())) return 1
  for (const damage of damaged) {
    await repairColumn(platform, damage, fail)
    say(`column ${damage.column} goes on`)
  }
  await platform.close()
  return 0
}

const exit = (error: Error): never => {
  process.stderr.write(`millrace: ${error.message}\n`)
  process.exit((error as { code?: unknown }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? 2 : 1)
}

run().then(
  (code) => process.exit(code),
  (thrown: unknown) => exit(ensureError(thrown)),
)
