import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const shim = fileURLToPath(new URL('../../services/cli/millrace.mjs', import.meta.url))

export interface CliResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The command `millrace` as a user runs it: the shim, and what was built last (`buildMillrace`). */
export const millraceCli = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
  new Promise((resolve) => {
    execFile(process.execPath, [shim, ...args], { env: { ...process.env, NO_COLOR: '1', ...env } }, (error, out, err) => {
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, out, err })
    })
  })
