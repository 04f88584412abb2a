import { Command } from 'commander'
import type { RunWindowAnswer } from '../../../schemas/http/ui-next-runs.ts'
import { MillraceError } from '../../core/errors.ts'
import { type Cli, printList } from '../cli.ts'
import { jsonOption, wholeNumber } from '../options.ts'
import { windowTable } from '../print/window-table.ts'

interface Options {
  readonly schedule: string
  readonly timezone: string
  readonly start: string
  readonly end?: string
  readonly catchup?: boolean
  readonly trigger?: boolean
  readonly now?: string
  readonly count: number
  readonly json?: boolean
}

const mostRuns = 100_000

/** Needs no server: the scheduler's own timetable, asked here. */
export const schedulePreview = (cli: Cli): Command =>
  new Command('preview')
    .description('list the runs that a schedule makes up to a moment; needs no server')
    .requiredOption('--schedule <x>', "cron ('0 9 * * *'), preset (@daily), duration (30m), or a JSON list of crons or dates")
    .option('--timezone <zone>', 'IANA name of the time zone', 'UTC')
    .requiredOption('--start <iso>', 'startDate of the DAG, in the time zone when it names no offset')
    .option('--end <iso>', 'endDate of the DAG, inclusive')
    .option('--catchup', 'make every missed run, not just the latest')
    .option('--trigger', 'trigger timetable: a run stands for its moment, not for the interval before it')
    .option('--now <iso>', 'the moment up to which runs are made; now when left out')
    .option('--count <n>', 'at most so many runs', wholeNumber(1, mostRuns), mostRuns)
    .addOption(jsonOption())
    .action(async (options: Options) => {
      const { runs, more } = await preview(options)
      printList(cli, options.json, runs, () => windowTable(runs), 'the schedule makes no run up to then')
      if (more) cli.note(`there are more: use --count up to ${mostRuns}`)
    })

/** Loaded when it is asked for: cron and time zones would make every command start later. */
const preview = async (options: Options): Promise<{ readonly runs: readonly RunWindowAnswer[]; readonly more: boolean }> => {
  const { checkZone } = await import('../../core/schedule/check.ts')
  const { normalInstant } = await import('../../core/normal-instant.ts')
  const { normalSchedule } = await import('../../core/normal-schedule.ts')
  const { runsUpTo } = await import('../../core/schedule/preview.ts')
  const { windowAnswer } = await import('../../core/schedule/window-answer.ts')
  const { timezone, catchup = false, trigger = false } = options
  const zoneProblem = checkZone(timezone)
  if (zoneProblem !== null) throw new MillraceError('bad_zone', `--timezone: ${zoneProblem}`)
  const instant = (name: string, text: string): number => {
    const at = normalInstant(text, timezone)
    if (typeof at === 'string') throw new MillraceError('bad_option', `--${name}: ${at}`)
    return at
  }
  const found = normalSchedule(given(options.schedule), !trigger, timezone)
  if (typeof found === 'string') throw new MillraceError('bad_cron', `--schedule: ${found}`)
  const startDate = instant('start', options.start)
  const endDate = options.end === undefined ? null : instant('end', options.end)
  if (endDate !== null && endDate < startDate) throw new MillraceError('bad_option', '--end lies before --start: the DAG would never run')
  const now = options.now === undefined ? Date.now() : instant('now', options.now)
  const { runs, more } = runsUpTo({ schedule: found.schedule, timezone, startDate, endDate, catchup }, now, options.count)
  return { runs: runs.map(windowAnswer), more }
}

/** Lists and `null` come as JSON, all else is text. */
const given = (text: string): unknown => {
  const trimmed = text.trim()
  if (trimmed === 'null' || trimmed === '') return trimmed === '' ? '' : null
  if (!trimmed.startsWith('[')) return trimmed
  try {
    return JSON.parse(trimmed)
  } catch (cause) {
    throw new MillraceError('bad_cron', `--schedule: ${trimmed} is no JSON list: write '["0 9 * * *", "0 17 * * *"]'`, { cause })
  }
}
