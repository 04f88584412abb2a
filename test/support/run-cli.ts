/** Runs a command line in this process against an API that answers by a table. */
import type { Cli, Program } from '../../services/cli/cli.ts'
import { openApi } from '../../services/cli/http/api.ts'
import { paintFor } from '../../services/cli/print/paint.ts'
import { makeProgram } from '../../services/cli/program.ts'
import { type Asked, type Reply, startFakeApi } from './fake-api.ts'

export interface Ran {
  readonly out: string
  readonly notes: string
  /** Lines of progress, in order; null: it was over. */
  readonly progress: readonly (string | null)[]
  readonly asked: readonly Asked[]
  readonly became: readonly (readonly [Program, readonly string[]])[]
}

/** `answers`: by `METHOD path` (query left out), or a function. Throws what the command throws. */
export const runCli = async (
  args: readonly string[],
  answers: Readonly<Record<string, unknown>> | ((asked: Asked) => Reply | undefined) = {},
): Promise<Ran> => {
  const byTable = (asked: Asked): Reply | undefined => {
    const found = typeof answers === 'function' ? undefined : answers[`${asked.method} ${asked.url.split('?')[0]}`]
    return found === undefined ? undefined : { json: found }
  }
  const api = await startFakeApi(typeof answers === 'function' ? answers : byTable)
  const out: string[] = []
  const notes: string[] = []
  const progress: (string | null)[] = []
  const became: (readonly [Program, readonly string[]])[] = []
  const cli: Cli = {
    api: openApi(api.url),
    paint: paintFor(false),
    print: (text) => void out.push(text),
    note: (text) => void notes.push(text),
    progress: (text) => void progress.push(text),
    become: async (program, rest) => void became.push([program, rest]),
  }
  const program = makeProgram(cli, '1.2.3')
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
  try {
    await program.parseAsync([...args], { from: 'user' })
  } finally {
    await api.close()
  }
  return { out: out.join('\n'), notes: notes.join('\n'), progress, asked: api.asked, became }
}
