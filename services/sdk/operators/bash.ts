import { MillraceError } from '../../core/errors.ts'
import { kinds, shown } from '../../core/normal-kinds.ts'
import { makeTask } from '../make-task.ts'
import { named } from '../options.ts'
import type { MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'

export interface BashOptions extends TaskOptions {
  /** Environment variables (templates). Alone, they are the whole environment, as in Airflow; with `appendEnv` they are added to the worker's. */
  readonly env?: Readonly<Record<string, string>>
  readonly appendEnv?: boolean
  /** Folder to run in (a template). Default: a temporary one that is removed afterwards. */
  readonly cwd?: string
  /** An exit code (or several) that means skipped. Default 99; null for none. */
  readonly skipOnExitCode?: number | readonly number[] | null
}

const exitCode = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255

const bashOptionKinds = {
  env: kinds.textMap,
  appendEnv: kinds.flag,
  cwd: kinds.nonEmpty,
  skipOnExitCode: {
    says: 'an exit code from 0 to 255, a list of them, or null',
    holds: (value: unknown) => value === null || exitCode(value) || (Array.isArray(value) && value.every(exitCode)),
  },
}

/**
 * A task that runs a command (a template) in bash. The last line of its standard output is its XCom; exit code 99 skips it.
 * @example bash('print_date', 'date --date={{ ds }}')
 */
export const bash = (taskId: string, command: string, options: BashOptions = {}): MappableTask<string> => {
  if (typeof command !== 'string' || command.trim() === '')
    throw new MillraceError('bad_option', `${named('task', taskId)}: the command must be text that is not empty, not ${shown(command)}`)
  const { env, appendEnv, cwd, skipOnExitCode } = options
  return makeTask<string>({
    operator: 'bash',
    taskId,
    options: { ...options },
    ownOptions: bashOptionKinds,
    args: { command, env, appendEnv, cwd, skipOnExitCode },
  })
}
