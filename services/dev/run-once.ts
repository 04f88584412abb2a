import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { MillraceError } from '../core/errors.ts'
import { exitWords } from './exit-words.ts'
import type { SupervisedSpec } from './supervised.ts'
import type { Terminal } from './terminal.ts'

/** Runs a Node process to its end; throws when it fails. */
export const runOnce = async (spec: SupervisedSpec, terminal: Terminal, signal: AbortSignal): Promise<void> => {
  const child = spawn(process.execPath, [spec.entry, ...(spec.args ?? [])], { env: { ...process.env, ...spec.env }, stdio: ['ignore', 'pipe', 'pipe'], signal })
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => terminal.log(spec.name, line))
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, exitSignal) => {
      if (code === 0) resolve()
      else reject(new MillraceError('internal', `${spec.name} ${exitWords({ code, signal: exitSignal })}: see above`))
    })
  })
}
